import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ExchangeClient, HttpTransport, InfoClient } from '@nktkas/hyperliquid';
import { NodeDisk } from '@argosy/platform-runtime';
import { recordings } from '@argosy/testing';
import { WebSocket } from 'ws';
import { eventually, type RunningSimulator, runSimulator } from '../testing/run-simulator.js';
import { TestWallet } from '@argosy/exchange-wire';
import { parseLine } from './recording-line.js';

const folder = recordings();

interface Watcher {
  readonly frames: string[];
  readonly socket: WebSocket;
}

async function watch(sim: RunningSimulator, streams: readonly string[]): Promise<Watcher> {
  const socket = new WebSocket(`${sim.binanceUrl.replace('http', 'ws')}/stream?streams=${streams.join('/')}`);
  const frames: string[] = [];
  socket.on('message', (data: Buffer) => frames.push(data.toString('utf8')));
  await new Promise((resolve) => socket.once('open', resolve));
  return { frames, socket };
}

async function linesOf(files: readonly string[]): Promise<{ frames: string[]; snapshot: string; snapshotAt: number }> {
  const frames: string[] = [];
  let snapshot = '';
  let snapshotAt = 0;
  for (const file of files) {
    for await (const text of new NodeDisk().readLines(file)) {
      const line = parseLine(text);
      if (line === undefined) throw new Error(`not a line: ${text.slice(0, 40)}`);
      if (line.stream === undefined) [snapshot, snapshotAt] = [line.text, frames.length];
      else frames.push(line.text);
    }
  }
  return { frames, snapshot, snapshotAt };
}

if (folder === undefined) {
  it('not run: no recordings (recorded market)', () => undefined);
} else {
  const raw = (name: string): string => join(folder, 'binance-raw', `${name}.gz`);
  const sets = [
    {
      name: 'spot',
      files: ['spot_btcusdt_20240808', 'spot_btcusdt_20240809'].map(raw),
      depth: '/api/v3/depth',
      streams: ['btcusdt@depth@100ms', 'btcusdt@bookTicker', 'btcusdt@trade'],
    },
    {
      name: 'usdm',
      files: ['usdm_btcusdt_20240808'].map(raw),
      depth: '/fapi/v1/depth',
      streams: ['btcusdt@depth@0ms', 'btcusdt@bookTicker', 'btcusdt@trade'],
    },
  ];

  describe.each(sets)('the recorded $name set (MD-2)', ({ files, depth, streams }) => {
    let sim: RunningSimulator;
    beforeAll(async () => {
      sim = await runSimulator('--speed', '1000', '--open-accounts', '--recording', ...files);
    });
    afterAll(() => sim.stop());

    it('is served byte for byte, waits for its subscribers and its snapshot, and halts at its end with sockets open', async () => {
      const recorded = await linesOf(files);
      const snapshot = async (): Promise<string> =>
        (await fetch(`${sim.binanceUrl}${depth}?symbol=BTCUSDT&limit=1000`)).text();
      const time = async (): Promise<number> =>
        ((await (await fetch(`${sim.binanceUrl}/api/v3/time`)).json()) as { serverTime: number }).serverTime;

      const health = async (): Promise<unknown> => (await fetch(`${sim.url}/health`)).json();
      const partial = await watch(sim, streams.slice(0, 1));
      expect(await health()).toEqual({ status: 'ok', market: 'recorded', playback: 'waiting for subscribers' });
      const stood = await time();
      expect(await time()).toBe(stood);
      expect(partial.frames).toEqual([]);
      partial.socket.terminate();

      const { frames, socket } = await watch(sim, streams);
      await eventually('playback up to the snapshot', () => frames.length === recorded.snapshotAt || undefined);
      expect(await health()).toMatchObject({ playback: 'waiting for a snapshot request' });
      expect(await snapshot()).toBe(recorded.snapshot);
      await eventually('some more', () => frames.length > recorded.snapshotAt + 5_000 || undefined);

      const before = frames.length;
      const late = JSON.parse(await snapshot()) as { lastUpdateId: number; bids: string[][]; asks: string[][] };
      expect(late.lastUpdateId).toBeGreaterThan(
        (JSON.parse(recorded.snapshot) as { lastUpdateId: number }).lastUpdateId,
      );
      expect(Number(late.bids[0]?.[0])).toBeLessThan(Number(late.asks[0]?.[0]));
      // The book at that moment: what some depth event after those already here left behind.
      // The book's moment is the last diff before the question, or one that was on its way with the answer.
      const idsOf = (texts: readonly string[]): string[] =>
        texts.flatMap((text) => /"u":(\d+),("pu":\d+,)?"b":\[\[?"?/.exec(text)?.[1] ?? []);
      const moments = [...idsOf(recorded.frames.slice(0, before)).slice(-1), ...idsOf(recorded.frames.slice(before))];
      expect(moments).toContain(String(late.lastUpdateId));

      await eventually('the end', () => frames.length === recorded.frames.length || undefined, 60_000);
      expect(frames).toEqual(recorded.frames);
      expect(socket.readyState).toBe(WebSocket.OPEN);
      await eventually('its end told', async () => JSON.stringify(await health()).includes('"ended"') || undefined);
      const info = new InfoClient({ transport: new HttpTransport({ apiUrl: sim.url, isTestnet: true }) });
      const book = await info.l2Book({ coin: 'BTC' });
      expect(Number(book?.levels[0][0]?.px)).toBeLessThan(Number(book?.levels[1][0]?.px));
      expect(book?.levels[0]).toHaveLength(20);
      expect(await time()).toBeGreaterThan(stood);
      const exchange = new ExchangeClient({
        transport: new HttpTransport({ apiUrl: sim.url, isTestnet: true }),
        wallet: new TestWallet(`0x${'e'.repeat(64)}`),
      });
      const order = { a: 0, b: true, p: '50000', s: '0.01', r: false, t: { limit: { tif: 'Gtc' as const } } };
      await expect(exchange.order({ orders: [order], grouping: 'na' })).rejects.toThrow('Trading is halted.');
      socket.terminate();
    }, 120_000);
  });

  const running: RunningSimulator[] = [];
  const run = async (...argv: readonly string[]): Promise<RunningSimulator> => {
    const sim = await runSimulator(...argv);
    running.push(sim);
    return sim;
  };
  afterEach(async () => {
    await Promise.all(running.splice(0).map((sim) => sim.stop()));
  });

  it('goes on where it stood when it was killed, with the same account', async () => {
    const [set] = sets;
    if (set === undefined) throw new Error('no set');
    const root = await mkdtemp(join(tmpdir(), 'exchange-sim-'));
    const argv = ['--speed', '20', '--open-accounts', '--recording', ...set.files];
    const sim = await run(...argv, '--data', join(root, 'live'));
    const wallet = new TestWallet(`0x${'1c'.repeat(32)}`);
    const clients = (of: RunningSimulator) => {
      const transport = new HttpTransport({ apiUrl: of.url, isTestnet: true });
      return { info: new InfoClient({ transport }), exchange: new ExchangeClient({ transport, wallet }) };
    };
    const recorded = await linesOf(set.files);
    const { frames, socket } = await watch(sim, set.streams);
    await eventually('playback', () => frames.length >= recorded.snapshotAt || undefined);
    await (await fetch(`${sim.binanceUrl}${set.depth}?symbol=BTCUSDT`)).text();
    await eventually('some playback', () => frames.length > 2_000 || undefined);
    const order = { a: 0, b: true, p: '70000', s: '0.01', r: false, t: { limit: { tif: 'Ioc' as const } } };
    await clients(sim).exchange.order({ orders: [order], grouping: 'na' });
    const fills = await clients(sim).info.userFills({ user: wallet.address });
    const played = frames.length;
    await cp(join(root, 'live'), join(root, 'killed'), { recursive: true });
    socket.terminate();

    const again = await run(...argv, '--data', join(root, 'killed'));
    expect(await clients(again).info.userFills({ user: wallet.address })).toEqual(fills);
    const late = await watch(again, set.streams);
    const book = JSON.parse(await (await fetch(`${again.binanceUrl}${set.depth}?symbol=BTCUSDT`)).text()) as {
      bids: unknown[];
    };
    expect(book.bids.length).toBeGreaterThan(50);
    await eventually('playback again', () => late.frames.length > 500 || undefined);
    const begin = recorded.frames.indexOf(late.frames[0] ?? '');
    expect(begin).toBeGreaterThan(played - 1_000);
    expect(late.frames.slice(0, 500)).toEqual(recorded.frames.slice(begin, begin + 500));
    late.socket.terminate();
    await rm(root, { recursive: true });
  }, 60_000);

  it('refuses a set that begins without a snapshot', async () => {
    await expect(runSimulator('--recording', raw('spot_btcusdt_20240809'))).rejects.toThrow(
      'has no depth snapshot near its start',
    );
  });
}

it('refuses a recording that is not there', async () => {
  await expect(runSimulator('--recording', '/nowhere/x.gz')).rejects.toThrow('no such recording: /nowhere/x.gz');
});
