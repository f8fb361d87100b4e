import fc from 'fast-check';
import { type RunningSimulator, runSimulator } from '../testing/run-simulator.js';
import { signAction, TestWallet } from '@argosy/exchange-wire';

const TYPES = [
  'meta',
  'l2Book',
  'candleSnapshot',
  'openOrders',
  'userFills',
  'userFillsByTime',
  'orderStatus',
  'userFunding',
  'fundingHistory',
  'userFees',
  'activeAssetData',
  'clearinghouseState',
  'recentTrades',
  'order',
  'cancel',
  'cancelByCloid',
  'modify',
  'batchModify',
  'scheduleCancel',
  'updateLeverage',
  'approveAgent',
  'usdSend',
  'constructor',
];
const oddText = fc.constantFrom(
  'BTC',
  '',
  '0',
  '-1',
  '1e9',
  'NaN',
  '0.00000000000000000001',
  '9'.repeat(20),
  `0x${'0'.repeat(40)}`,
  `0x${'F'.repeat(32)}`,
  '1m',
);
const oddNumber = fc.constantFrom(0, -0, 1, -1, 0.5, 2 ** 31, 2 ** 53 - 1, 2 ** 53, 1e308, -1e308);
const leaf = fc.oneof(oddText, oddNumber, fc.boolean(), fc.constant(null));
const order = fc.record(
  { a: leaf, b: leaf, p: leaf, s: leaf, r: leaf, t: fc.oneof(leaf, fc.constant({ limit: { tif: 'Gtc' } })), c: leaf },
  { requiredKeys: [] },
);
const sane = fc.record({
  a: fc.constantFrom(0, 1, 2, 3, 10_000),
  b: fc.boolean(),
  p: fc.constantFrom('0', '1', '60000', '60000.1', '99999999999'),
  s: fc.constantFrom('0', '0.001', '0.0000001', '1', '99999999999'),
  r: fc.boolean(),
  t: fc.constantFrom('Gtc', 'Ioc', 'Alo', 'FrontendMarket').map((tif) => ({ limit: { tif } })),
});
const request = fc.record(
  {
    type: fc.constantFrom(...TYPES),
    coin: leaf,
    user: leaf,
    oid: leaf,
    constructor: fc.constant({ a: 1 }),
    startTime: leaf,
    endTime: leaf,
    nSigFigs: leaf,
    mantissa: leaf,
    interval: leaf,
    req: fc.record({ coin: leaf, interval: leaf, startTime: leaf, endTime: leaf }, { requiredKeys: [] }),
    orders: fc.array(fc.oneof(order, sane), { maxLength: 3 }),
    order: fc.oneof(order, sane),
    cancels: fc.array(fc.record({ a: leaf, o: leaf, asset: leaf, cloid: leaf })),
    modifies: fc.array(fc.record({ oid: leaf, order: sane })),
    asset: leaf,
    isCross: leaf,
    leverage: leaf,
    time: leaf,
    grouping: fc.constantFrom('na', null, 'x'),
  },
  { requiredKeys: ['type'] },
);

describe('whatever a client sends', () => {
  const wallet = new TestWallet(`0x${'d'.repeat(64)}`);
  let sim: RunningSimulator;
  beforeAll(async () => {
    sim = await runSimulator('--open-accounts');
  });
  afterAll(() => sim.stop());

  const post = async (path: string, body: unknown): Promise<[number, string]> => {
    const response = await fetch(`${sim.url}${path}`, { method: 'POST', body: JSON.stringify(body) });
    return [response.status, await response.text()];
  };

  it('is answered: a question with JSON or 422', async () => {
    await fc.assert(
      fc.asyncProperty(request, async (body) => {
        const [status, text] = await post('/info', body);
        expect([200, 422]).toContain(status);
        if (status === 200) JSON.parse(text);
      }),
      { numRuns: 200 },
    );
  });

  it('is answered: a signed action with ok, err or 422, and the money still adds up', async () => {
    let nonce = (JSON.parse((await post('/info', { type: 'exchangeStatus' }))[1]) as { time: number }).time;
    await fc.assert(
      fc.asyncProperty(request, async (action) => {
        const signed = await signAction(wallet, { action: action, nonce: (nonce += 1) });
        const [status, text] = await post('/exchange', signed);
        expect([200, 422]).toContain(status);
        if (status === 200) expect(['ok', 'err']).toContain((JSON.parse(text) as { status: string }).status);
      }),
      { numRuns: 200 },
    );
    const [status] = await post('/info', { type: 'clearinghouseState', user: wallet.address });
    expect(status).toBe(200);
  });
});
