import { ExchangeClient, HttpTransport, InfoClient, SubscriptionClient, WebSocketTransport } from '@nktkas/hyperliquid';
import { eventually, type RunningSimulator, runSimulator } from '../testing/run-simulator.js';
import { TestWallet } from '@argosy/exchange-wire';

describe('what time alone does (LG-1)', () => {
  const wallet = new TestWallet(`0x${'c'.repeat(64)}`);
  const user = wallet.address;
  let sim: RunningSimulator;
  beforeAll(async () => {
    sim = await runSimulator('--open-accounts', '--funding-interval', '1s');
  });
  afterAll(() => sim.stop());

  it('pays funding every interval, tells it once, and lists it', async () => {
    const transport = new HttpTransport({ apiUrl: sim.url, isTestnet: true });
    const [info, exchange] = [new InfoClient({ transport }), new ExchangeClient({ transport, wallet })];
    const socket = new WebSocketTransport({ url: sim.socketUrl, isTestnet: true });
    const told: { time: number; usdc: string; szi: string }[] = [];
    await new SubscriptionClient({ transport: socket }).userFundings({ user }, ({ isSnapshot, fundings }) => {
      if (isSnapshot !== true) told.push(...fundings);
    });
    const book = await eventually('a book', async () => {
      const now = await info.l2Book({ coin: 'BTC' });
      return now?.levels[1][0] === undefined ? undefined : now;
    });
    const px = String(Math.trunc(Number(book.levels[1][0]?.px) * 1.01));
    await exchange.order({
      orders: [{ a: 0, b: true, p: px, s: '0.05', r: false, t: { limit: { tif: 'Ioc' } } }],
      grouping: 'na',
    });
    await eventually('two fundings', () => told.length >= 2 || undefined);
    const listed = await info.userFunding({ user, startTime: 0 });
    expect(listed.slice(0, told.length).map(({ time, delta }) => ({ time, usdc: delta.usdc, szi: delta.szi }))).toEqual(
      told.map(({ time, usdc, szi }) => ({ time, usdc, szi })),
    );
    expect(told[0]?.szi).toBe('0.05');
    expect(new Set(told.map(({ time }) => time)).size).toBe(told.length);
    const rates = await info.fundingHistory({ coin: 'BTC', startTime: 0 });
    expect(rates.length).toBeGreaterThanOrEqual(2);
    transport.timeout = null;
    socket.close();
  });
});
