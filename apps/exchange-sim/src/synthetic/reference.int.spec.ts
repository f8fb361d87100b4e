import { WebSocket } from 'ws';
import { eventually, type RunningSimulator, runSimulator } from '../testing/run-simulator.js';

interface Depth {
  readonly e: 'depthUpdate';
  readonly E: number;
  readonly U: number;
  readonly u: number;
  readonly b: [string, string][];
  readonly a: [string, string][];
}
interface Best {
  readonly u: number;
  readonly b: string;
  readonly B: string;
  readonly a: string;
  readonly A: string;
}

describe('the reference venue of the synthetic market (MD-1)', () => {
  let sim: RunningSimulator;
  beforeAll(async () => {
    sim = await runSimulator('--speed', '50', '--seed', '5');
  });
  afterAll(() => sim.stop());

  it('chains its depth events, and shows the same book in both streams whenever their ids meet', async () => {
    const socket = new WebSocket(
      `${sim.binanceUrl.replace('http', 'ws')}/stream?streams=btcusdt@depth@100ms/btcusdt@bookTicker/btcusdt@trade`,
    );
    const frames: { stream: string; data: unknown }[] = [];
    socket.on('message', (data: Buffer) =>
      frames.push(JSON.parse(data.toString('utf8')) as { stream: string; data: unknown }),
    );
    await eventually('a first depth event', () => frames.find(({ stream }) => stream.includes('depth')));
    const snapshot = (await (await fetch(`${sim.binanceUrl}/api/v3/depth?symbol=BTCUSDT&limit=1000`)).json()) as {
      lastUpdateId: number;
      bids: [string, string][];
      asks: [string, string][];
    };
    await eventually('many frames', () => frames.length > 3_000 || undefined);
    socket.terminate();

    const [bids, asks] = [new Map(snapshot.bids), new Map(snapshot.asks)];
    const apply = (side: Map<string, string>, levels: [string, string][]): void => {
      for (const [px, sz] of levels) {
        if (Number(sz) === 0) side.delete(px);
        else side.set(px, sz);
      }
    };
    let last = snapshot.lastUpdateId;
    let [chained, compared] = [0, 0];
    const ofId = new Map<number, Best>();
    for (const { stream, data } of frames) if (stream.includes('bookTicker')) ofId.set((data as Best).u, data as Best);
    for (const { stream, data } of frames) {
      if (!stream.includes('depth')) continue;
      const { U, u, b, a } = data as Depth;
      if (u <= last) continue;
      if (chained > 0) expect(U).toBe(last + 1);
      else expect(U).toBeLessThanOrEqual(last + 1);
      apply(bids, b);
      apply(asks, a);
      last = u;
      chained += 1;
      const bestBid = Math.max(...[...bids.keys()].map(Number));
      const bestAsk = Math.min(...[...asks.keys()].map(Number));
      expect(bestBid).toBeLessThan(bestAsk);
      const best = ofId.get(u);
      if (best === undefined) continue;
      compared += 1;
      expect([Number(best.b), Number(best.a)]).toEqual([bestBid, bestAsk]);
      expect([best.B, best.A]).toEqual([bids.get(best.b), asks.get(best.a)]);
    }
    expect(chained).toBeGreaterThan(100);
    expect(compared).toBeGreaterThan(10);
    expect(frames.some(({ stream }) => stream.includes('trade'))).toBe(true);
  });

  it('tells its time, which runs at the speed of the market', async () => {
    const time = async (): Promise<number> =>
      ((await (await fetch(`${sim.binanceUrl}/api/v3/time`)).json()) as { serverTime: number }).serverTime;
    const first = await time();
    expect(
      await eventually('ten market seconds', async () => ((await time()) > first + 10_000 ? true : undefined), 2_000),
    ).toBe(true);
  });
});
