import { ExchangeClient, HttpTransport, InfoClient, SubscriptionClient, WebSocketTransport } from '@nktkas/hyperliquid';
import { eventually, type RunningSimulator, runSimulator } from './testing/run-simulator.js';
import { TestWallet } from '@argosy/exchange-wire';

const KEY = '0x0123456789012345678901234567890123456789012345678901234567890123';
const OTHER_KEY = `0x${'7'.repeat(64)}`;
// Large: the SDK takes a small one for an order number.
const CLOID = '0x9a3b0000000000000000000000c0ffee';

describe('@nktkas/hyperliquid, unmodified, trades on the simulated exchange (EX-1)', () => {
  let sim: RunningSimulator;
  let info: InfoClient;
  let exchange: ExchangeClient;
  const wallet = new TestWallet(KEY);
  const user = wallet.address;

  const order = (px: string, sz: string, isBuy = true, tif: 'Gtc' | 'Ioc' | 'Alo' = 'Gtc', cloid?: `0x${string}`) => ({
    a: 0,
    b: isBuy,
    p: px,
    s: sz,
    r: false,
    t: { limit: { tif } },
    ...(cloid === undefined ? {} : { c: cloid }),
  });
  const limit = (...of: Parameters<typeof order>) => ({ orders: [order(...of)], grouping: 'na' as const });
  const best = async (): Promise<{ bid: number; ask: number }> =>
    eventually('a book with two sides', async () => {
      const book = await info.l2Book({ coin: 'BTC' });
      const [bid, ask] = [book?.levels[0][0], book?.levels[1][0]];
      return bid === undefined || ask === undefined ? undefined : { bid: Number(bid.px), ask: Number(ask.px) };
    });
  /** Far enough below the market to rest, near enough to be taken. */
  const restingPx = async (): Promise<string> => String(Math.trunc((await best()).bid * 0.9));

  beforeAll(async () => {
    sim = await runSimulator('--open-accounts', '--seed', '7');
    const transport = new HttpTransport({ apiUrl: sim.url, isTestnet: true });
    info = new InfoClient({ transport });
    exchange = new ExchangeClient({ transport, wallet });
  });
  afterAll(() => sim.stop());

  it('finds money in an account that nobody used yet', async () => {
    expect(await info.clearinghouseState({ user })).toMatchObject({ withdrawable: '1000000.0', assetPositions: [] });
  });

  it('reads the universe and its contexts', async () => {
    const [meta, contexts] = await info.metaAndAssetCtxs();
    expect(meta.universe.map(({ name }) => name)).toContain('BTC');
    expect(contexts).toHaveLength(meta.universe.length);
    expect(Object.keys(await info.allMids())).toEqual(meta.universe.map(({ name }) => name));
    expect(await info.spotMeta()).toMatchObject({ tokens: [{ name: 'USDC' }] });
  });

  it('sees a book of two sides, also summed up', async () => {
    const { bid, ask } = await best();
    expect(bid).toBeLessThan(ask);
    const coarse = await info.l2Book({ coin: 'BTC', nSigFigs: 3 });
    expect(coarse?.levels[0].every(({ px }) => Number(px) % 100 === 0)).toBe(true);
    expect(await info.l2Book({ coin: 'NOPE' })).toBeNull();
  });

  it('places, looks at, modifies and cancels an order', async () => {
    const placed = await exchange.order(limit(await restingPx(), '0.01', true, 'Alo', CLOID));
    const [status] = placed.response.data.statuses;
    expect(status).toMatchObject({ resting: { cloid: CLOID } });
    const { oid } = (status as { resting: { oid: number } }).resting;
    expect(await info.openOrders({ user })).toMatchObject([{ oid, coin: 'BTC', side: 'B', sz: '0.01', cloid: CLOID }]);
    expect(await info.orderStatus({ user, oid: CLOID })).toMatchObject({ status: 'order', order: { status: 'open' } });

    await exchange.modify({ oid, order: order(await restingPx(), '0.02', true, 'Alo', CLOID) });
    const [modified] = await info.frontendOpenOrders({ user });
    expect(modified).toMatchObject({ sz: '0.02', orderType: 'Limit', tif: 'Alo' });

    await exchange.cancelByCloid({ cancels: [{ asset: 0, cloid: CLOID }] });
    expect(await info.openOrders({ user })).toEqual([]);
    expect(await info.orderStatus({ user, oid: modified?.oid ?? 0 })).toMatchObject({ order: { status: 'canceled' } });
    expect(await info.orderStatus({ user, oid: 999_999_999 })).toEqual({ status: 'unknownOid' });
  });

  it('takes from the book, is told of its fill, and owns a position', async () => {
    const { ask } = await best();
    const taken = await exchange.order(limit(String(Math.trunc(ask * 1.01)), '0.001', true, 'Ioc'));
    expect(taken.response.data.statuses[0]).toMatchObject({ filled: { totalSz: '0.001' } });
    const fills = await info.userFills({ user });
    expect(fills[0]).toMatchObject({
      coin: 'BTC',
      side: 'B',
      crossed: true,
      feeToken: 'USDC',
      startPosition: '0.0',
      dir: 'Open Long',
    });
    expect(Number(fills[0]?.fee)).toBeGreaterThan(0);
    expect(await info.userFillsByTime({ user, startTime: (fills[0]?.time ?? 0) + 60_000 })).toEqual([]);
    const state = await info.clearinghouseState({ user });
    expect(state.assetPositions[0]?.position).toMatchObject({ coin: 'BTC', szi: '0.001', leverage: { type: 'cross' } });
  });

  it.each([
    ['a price off the tick', '60000.5', '0.01', 'Gtc', 'Price must be divisible by tick size.'],
    ['less than ten dollars', '50000', '0.0001', 'Gtc', 'Order must have minimum value of $10.'],
    ['nobody to take from', '20000', '0.01', 'Ioc', 'Order could not immediately match against any resting orders.'],
    ['more than the margin allows', '50000', '2000', 'Gtc', 'Insufficient margin to place order.'],
  ] as const)('is refused as on the venue: %s', async (_what, px, sz, tif, text) => {
    await expect(exchange.order(limit(px, sz, true, tif))).rejects.toThrow(text);
  });

  it('is told why a cancel finds nothing', async () => {
    await expect(exchange.cancel({ cancels: [{ a: 0, o: 1 }] })).rejects.toThrow(
      'Order was never placed, already canceled, or filled.',
    );
  });

  it('changes leverage, spends a nonce with noop, approves an agent that then trades for it', async () => {
    await exchange.updateLeverage({ asset: 0, isCross: true, leverage: 5 });
    await exchange.noop({ nonce: (await info.exchangeStatus()).time });
    const agent = new TestWallet(OTHER_KEY);
    await exchange.approveAgent({ agentAddress: agent.address, agentName: 'desk' });
    expect(await info.extraAgents({ user })).toMatchObject([{ address: agent.address.toLowerCase(), name: 'desk' }]);
    expect(await info.userRole({ user: agent.address })).toMatchObject({
      role: 'agent',
      data: { user: user.toLowerCase() },
    });
    const asAgent = new ExchangeClient({
      transport: new HttpTransport({ apiUrl: sim.url, isTestnet: true }),
      wallet: agent,
    });
    await asAgent.order(limit(await restingPx(), '0.01'));
    const orders = await info.openOrders({ user });
    expect(orders).toHaveLength(1);
    await asAgent.cancel({ cancels: orders.map(({ oid }) => ({ a: 0, o: oid })) });
  });

  it('is refused when it signs for the other network, and no account comes of it', async () => {
    const transport = new HttpTransport({ apiUrl: sim.url, isTestnet: false });
    const mistaken = new ExchangeClient({ transport, wallet });
    await expect(mistaken.order(limit(await restingPx(), '0.01'))).rejects.toThrow(
      /User or API Wallet 0x[0-9a-f]{40} does not exist\..*for mainnet; this is testnet/,
    );
    const stranger = new TestWallet(`0x${'8'.repeat(64)}`);
    await info.clearinghouseState({ user: stranger.address });
    const lost = new ExchangeClient({ transport, wallet: stranger });
    await expect(lost.order(limit(await restingPx(), '0.01'))).rejects.toThrow('for mainnet; this is testnet');
  });

  it('hears of books, trades, orders and fills over a websocket, and trades over it too', async () => {
    const transport = new WebSocketTransport({ url: sim.socketUrl, isTestnet: true });
    const feed = new SubscriptionClient({ transport });
    const heard: Record<string, unknown[]> = {};
    const keep = (name: string) => (data: unknown) => void (heard[name] ??= []).push(data);
    await feed.l2Book({ coin: 'BTC' }, keep('l2Book'));
    await feed.trades({ coin: 'BTC' }, keep('trades'));
    await feed.bbo({ coin: 'BTC' }, keep('bbo'));
    await feed.candle({ coin: 'BTC', interval: '1m' }, keep('candle'));
    await feed.activeAssetCtx({ coin: 'BTC' }, keep('activeAssetCtx'));
    await feed.allMids(keep('allMids'));
    await feed.orderUpdates({ user }, keep('orderUpdates'));
    await feed.userFills({ user }, keep('userFills'));
    await feed.userEvents({ user }, keep('userEvents'));
    await feed.userFundings({ user }, keep('userFundings'));

    const overSocket = new ExchangeClient({ transport, wallet });
    const { bid } = await best();
    await overSocket.order(limit(String(Math.trunc(bid * 0.99)), '0.001', false, 'Ioc'));
    await eventually('the fill', () => (heard['userFills']?.length ?? 0) >= 2 || undefined);
    expect(heard['userFills']?.[0]).toMatchObject({ isSnapshot: true });
    expect(heard['userFills']?.[1]).toMatchObject({ user: user.toLowerCase(), fills: [{ side: 'A', crossed: true }] });
    expect(heard['userEvents']?.[0]).toMatchObject({ fills: [{ side: 'A' }] });
    expect(heard['orderUpdates']?.flat()).toContainEqual(expect.objectContaining({ status: 'filled' }));
    for (const name of ['l2Book', 'trades', 'bbo', 'candle', 'activeAssetCtx', 'allMids', 'userFundings']) {
      await eventually(name, () => (heard[name]?.length ?? 0) >= 1 || undefined);
    }
    const overInfo = new InfoClient({ transport });
    expect((await overInfo.userFills({ user })).length).toBeGreaterThanOrEqual(2);
    await expect(overSocket.cancel({ cancels: [{ a: 0, o: 1 }] })).rejects.toThrow('never placed');
    transport.close();
  });
});
