import { parseAmount } from '@argosy/domain';
import { prove, type ProofFacts, venueAccountEqual } from './proof.js';
import { runReport } from './run-report.js';
import { showReport } from './show-report.js';
import { plainPainter } from '../terminal/terminal.js';

const amount = parseAmount;
const position = (quantity: string, strategyId = 'mm'): ProofFacts['accounts'][number]['ledgerPositions'][number] => ({
  accountId: 'main',
  accountKind: 'live',
  strategyId,
  venue: 'hyperliquid',
  instrumentId: 'hyperliquid_BTC-PERP',
  quantity,
  averagePrice: '1',
  markPrice: '',
  notional: '',
  unrealisedPnl: '',
  openedNs: 0n,
});
const exact: ProofFacts = {
  orders: 3,
  fills: 2,
  openOrders: [],
  newestFacts: new Map([['main', 10n]]),
  accounts: [
    {
      accountId: 'main',
      exchange: {
        rawCash: amount('999.5'),
        positions: new Map([['hyperliquid_BTC-PERP', amount('0.3')]]),
        openOrders: 0,
        openOrderIds: [],
      },
      ledgerRawCash: amount('999.5'),
      ledgerPositions: [position('0.5', 'a'), position('-0.2', 'b')],
    },
  ],
  integrity: {
    problems: [],
    postings: 12n,
    entries: 4n,
    trialBalance: { USDC: '0' },
    chainValid: true,
    accountSequences: { main: 11n },
  },
};
const [account] = exact.accounts;
if (account === undefined) throw new Error('the fixture has an account');
const failed = (facts: ProofFacts): readonly string[] =>
  prove(facts)
    .filter(({ ok }) => !ok)
    .map(({ name, detail }) => `${name}: ${detail}`);

describe('the proof at the end of a run (I-29, I-38)', () => {
  it('holds when both sides agree to the last unit, strategies added up', () => {
    expect(failed(exact)).toEqual([]);
    expect(venueAccountEqual(prove(exact))).toBe(true);
  });

  const broken: ReadonlyArray<[string, ProofFacts, RegExp]> = [
    ['nothing traded', { ...exact, fills: 0 }, /^traded: nothing was filled/],
    [
      'an order the fleet still holds',
      { ...exact, openOrders: [{ clientOrderId: 'ab', state: 'in_doubt' }] },
      /^no open orders: ab is in_doubt/,
    ],
    [
      'an order the exchange still holds',
      { ...exact, accounts: [{ ...account, exchange: { ...account.exchange, openOrderIds: ['BTC 7'] } }] },
      /exchange holds BTC 7/,
    ],
    [
      'a fact the ledger has not read',
      { ...exact, newestFacts: new Map([['main', 12n]]) },
      /fact 12 is written, the ledger has read 11/,
    ],
    [
      'one unit of cash',
      { ...exact, accounts: [{ ...account, ledgerRawCash: amount('999.500000000001') }] },
      /^cash equals the exchange: main: the exchange says 999.5, the ledger 999.500000000001/,
    ],
    [
      'a position nobody booked',
      { ...exact, accounts: [{ ...account, ledgerPositions: [] }] },
      /^positions equal the exchange: main hyperliquid_BTC-PERP: the exchange says 0.3, the ledger 0/,
    ],
    [
      'a currency out of balance',
      { ...exact, integrity: { ...exact.integrity, trialBalance: { USDC: '0.000000000001' } } },
      /^trial balance: USDC is off by/,
    ],
    ['a broken chain', { ...exact, integrity: { ...exact.integrity, chainValid: false } }, /^hash chain/],
    [
      'a problem in the books',
      { ...exact, integrity: { ...exact.integrity, problems: ['entry 4: changed'] } },
      /^data integrity: entry 4: changed/,
    ],
  ];
  it.each(broken)('fails on %s', (_what, facts, expected) => {
    expect(failed(facts)).toEqual([expect.stringMatching(expected)]);
  });

  it('becomes a report with exactly the fields programs read', () => {
    const rest = { seed: 7, denials: { x: 1 }, pnl: [], p50: 900, p99: null };
    const report = runReport({ checks: prove(exact), facts: exact }, rest);
    expect(Object.keys(report)).toEqual([
      'ok',
      'seed',
      'orders',
      'denials',
      'fills',
      'pnl',
      'ledger',
      'venueAccountEqual',
      'latencyMicros',
      'checks',
    ]);
    expect(Object.keys(report.pnl)).toEqual(['realised', 'unrealised', 'funding', 'fee', 'slippage', 'rebate', 'net']);
    expect(report).toMatchObject({
      ok: true,
      ledger: { postings: 12, trialBalance: { USDC: '0' }, chainValid: true },
      venueAccountEqual: true,
    });
    expect(showReport(report, plainPainter)).toContain('Every check holds.');
  });
});
