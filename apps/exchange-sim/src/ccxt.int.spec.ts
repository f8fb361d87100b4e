import { hyperliquid } from 'ccxt';
import { eventually, type RunningSimulator, runSimulator } from './testing/run-simulator.js';
import { TestWallet } from '@argosy/exchange-wire';

const KEY = `0x${'5'.repeat(64)}`;
const SYMBOL = 'BTC/USDC:USDC';

describe('ccxt, unmodified, trades on the simulated exchange (EX-1)', () => {
  let sim: RunningSimulator;
  let venue: hyperliquid;

  beforeAll(async () => {
    sim = await runSimulator('--open-accounts', '--seed', '11');
    venue = new hyperliquid({ walletAddress: new TestWallet(KEY).address, privateKey: KEY, enableRateLimit: false });
    venue.setSandboxMode(true);
    venue.urls['api'] = { public: sim.url, private: sim.url };
    await venue.loadMarkets();
  }, 60_000);
  afterAll(() => sim.stop());

  const bestBid = (): Promise<number> =>
    eventually('a book', async () => (await venue.fetchOrderBook(SYMBOL)).bids[0]?.[0]);

  it('reads markets, book, candles, funding and balance', async () => {
    expect(venue.markets?.[SYMBOL]).toMatchObject({ base: 'BTC', settle: 'USDC', swap: true });
    const bid = await bestBid();
    const book = await venue.fetchOrderBook(SYMBOL);
    expect(book.asks[0]?.[0]).toBeGreaterThan(bid * 0.99);
    expect(await venue.fetchFundingRates([SYMBOL])).toHaveProperty([SYMBOL]);
    const balance = await venue.fetchBalance();
    expect(balance).toHaveProperty('USDC');
  });

  it('creates an order, finds it, edits it and cancels it', async () => {
    const price = Math.trunc((await bestBid()) * 0.9);
    const created = await venue.createOrder(SYMBOL, 'limit', 'buy', 0.01, price, { postOnly: true });
    expect(created.id).toMatch(/^\d+$/);
    const open = await venue.fetchOpenOrders(SYMBOL);
    expect(open).toMatchObject([{ id: created.id, side: 'buy', amount: 0.01, price, status: 'open' }]);
    const edited = await venue.editOrder(created.id ?? '', SYMBOL, 'limit', 'buy', 0.02, price);
    expect(await venue.fetchOpenOrders(SYMBOL)).toMatchObject([{ amount: 0.02 }]);
    await venue.cancelOrder(edited.id ?? '', SYMBOL);
    expect(await venue.fetchOpenOrders(SYMBOL)).toEqual([]);
  });

  it('takes with a market order, and sees its trade and position', async () => {
    const price = await bestBid();
    await venue.createOrder(SYMBOL, 'market', 'buy', 0.001, price * 1.02);
    const [trade] = await venue.fetchMyTrades(SYMBOL);
    expect(trade).toMatchObject({ side: 'buy', amount: 0.001, takerOrMaker: 'taker' });
    expect(await venue.fetchPositions([SYMBOL])).toMatchObject([{ side: 'long', contracts: 0.001 }]);
  });

  it("maps the venue's refusals to its own errors", async () => {
    await expect(venue.createOrder(SYMBOL, 'limit', 'buy', 0.00001, 10_000)).rejects.toThrow(
      'Order must have minimum value of $10',
    );
    await expect(venue.cancelOrder('1', SYMBOL)).rejects.toThrow('Order was never placed, already canceled, or filled');
  });
});
