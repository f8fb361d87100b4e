import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ExchangeClient, HttpTransport, InfoClient } from '@nktkas/hyperliquid';
import { StateError } from './journal/state-folder.js';
import { eventually, type RunningSimulator, runSimulator } from './testing/run-simulator.js';
import { TestWallet } from '@argosy/exchange-wire';

const wallet = new TestWallet(`0x${'2'.repeat(64)}`);
const user = wallet.address;
const infoOf = (sim: RunningSimulator): InfoClient =>
  new InfoClient({ transport: new HttpTransport({ apiUrl: sim.url, isTestnet: true }) });

/** What a client was told and must find again. */
async function toldTo(sim: RunningSimulator) {
  const info = infoOf(sim);
  const [fills, orders, history, state] = await Promise.all([
    info.userFills({ user }),
    info.openOrders({ user }),
    info.historicalOrders({ user }),
    info.clearinghouseState({ user }),
  ]);
  const positions = state.assetPositions.map(({ position }) => [position.coin, position.szi, position.entryPx]);
  return { fills, orders, history, positions };
}

describe('an exchange with a data folder', () => {
  let root = '';
  const running: RunningSimulator[] = [];
  const run = async (folder: string, ...more: readonly string[]): Promise<RunningSimulator> => {
    const sim = await runSimulator('--open-accounts', '--seed', '3', '--data', join(root, folder), ...more);
    running.push(sim);
    return sim;
  };
  /** The folder as `kill -9` at this moment would leave it. */
  const killed = (from: string, to: string): Promise<void> => cp(join(root, from), join(root, to), { recursive: true });

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'exchange-sim-'));
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((sim) => sim.stop()));
  });
  afterAll(() => rm(root, { recursive: true, force: true }));

  it('loses nothing that was acknowledged, and gives the same fills from the log alone', async () => {
    const sim = await run('live');
    const info = infoOf(sim);
    const exchange = new ExchangeClient({ transport: new HttpTransport({ apiUrl: sim.url, isTestnet: true }), wallet });
    for (let round = 1; round <= 5; round += 1) {
      const book = await eventually('a book', async () => {
        const now = await info.l2Book({ coin: 'ETH' });
        return now?.levels[0][0] === undefined || now.levels[1][0] === undefined ? undefined : now;
      });
      const [bid, ask] = [Number(book.levels[0][0]?.px), Number(book.levels[1][0]?.px)];
      const order = (isBuy: boolean, px: number, tif: 'Ioc' | 'Gtc') => ({
        a: 1,
        b: isBuy,
        p: String(Math.trunc(px)),
        s: '0.05',
        r: false,
        t: { limit: { tif } },
      });
      await exchange.order({ orders: [order(true, ask * 1.01, 'Ioc'), order(true, bid * 0.9, 'Gtc')], grouping: 'na' });
      const told = await toldTo(sim);
      const copy = `killed-${String(round)}`;
      await killed('live', copy);
      expect(told.fills.length).toBeGreaterThanOrEqual(round);
      const again = await run(copy);
      expect(await toldTo(again)).toEqual(told);
    }
    await killed('live', 'log-only');
    await rm(join(root, 'log-only', 'snapshot.json'));
    const told = await toldTo(sim);
    expect(await toldTo(await run('log-only'))).toEqual(told);
  });

  it('goes on after a clean stop', async () => {
    const first = await run('clean');
    const exchange = new ExchangeClient({
      transport: new HttpTransport({ apiUrl: first.url, isTestnet: true }),
      wallet,
    });
    await exchange.order({
      orders: [{ a: 0, b: true, p: '30000', s: '0.01', r: false, t: { limit: { tif: 'Alo' } } }],
      grouping: 'na',
    });
    const told = await toldTo(first);
    await running.pop()?.stop();
    expect(await toldTo(await run('clean'))).toEqual(told);
  });

  it('refuses state of another market', async () => {
    await run('mine');
    await running.pop()?.stop();
    await expect(runSimulator('--open-accounts', '--seed', '4', '--data', join(root, 'mine'))).rejects.toThrow(
      StateError,
    );
    await expect(runSimulator('--network', 'mainnet', '--seed', '3', '--data', join(root, 'mine'))).rejects.toThrow(
      "holds the state of network 'testnet', asked for 'mainnet'",
    );
  });
});
