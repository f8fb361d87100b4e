import type { Amount } from '@argosy/domain';
import { type LedgerAccount, ledgerAccountKey } from './chart.js';
import type { LedgerFact } from './fact.js';
import { pnlLines, walletBalances } from './pnl.js';
import { NOTHING_BOOKED, prepareBooking } from './prepare-booking.js';
import { ACCOUNT, BTC, DAY_ONE, emptyState, ETH, fillFact, fundingFact, TestDigest } from './testing/facts.js';

/** All of it, then all of it again, the other way round. */
function booked(facts: readonly LedgerFact[]) {
  const digest = new TestDigest();
  return prepareBooking(digest, emptyState(), [...facts, ...[...facts].reverse(), ...facts], NOTHING_BOOKED, DAY_ONE);
}

function books(facts: readonly LedgerFact[]) {
  const rows = new Map<string, { accountId: typeof ACCOUNT; account: LedgerAccount; amount: Amount; day: number }>();
  const { entries, moved, repeated, refused } = booked(facts);
  for (const { account, amount } of entries.flatMap(({ postings }) => postings)) {
    const before = rows.get(ledgerAccountKey(account))?.amount ?? 0n;
    const row = { accountId: ACCOUNT, account, amount: (before + amount) as Amount, day: 0 };
    rows.set(ledgerAccountKey(account), row);
  }
  const [line] = pnlLines({
    groupBy: 'total',
    totals: rows.values(),
    positions: [...moved.values()].map((position) => ({ ...position, accountId: ACCOUNT })),
    mark: () => undefined,
    venueOf: () => 'hyperliquid',
    valuedOnDay: undefined,
  });
  const units = (amount: bigint | undefined): number => Number(amount ?? 0n) / 1e12;
  const { realised, fee, rebate, funding, net } = line?.split ?? {};
  return {
    entries: entries.length,
    repeated,
    refused: refused.length,
    cash: units(
      walletBalances([...rows.values()])
        .get(ACCOUNT)
        ?.get('USDC'),
    ),
    split: [realised, fee, rebate, funding, net].map(units),
    held: [...moved.values()].map(({ instrumentId, quantity }) => [instrumentId, units(quantity)]),
  };
}

describe('money that was counted twice elsewhere (I-37, LG-2)', () => {
  it('known failure: negative fees counted twice', () => {
    const rebates = [
      fillFact({ id: 'a', quantity: '2', price: '100', fee: '-0.25' }),
      fillFact({ id: 'b', side: 'sell', quantity: '3', price: '110', fee: '-0.5' }),
      // Closes what the flip left; this one costs.
      fillFact({ id: 'c', quantity: '1', price: '105', fee: '0.125' }),
    ];
    expect(books(rebates)).toEqual({
      entries: 3,
      repeated: 6,
      refused: 0,
      // 2 × 10 and 1 × 5 made, 0.75 of rebates once, 0.125 of fees once.
      cash: 25.625,
      split: [25, -0.125, 0.75, 0, 25.625],
      held: [[BTC, 0]],
    });
  });

  it('known failure: funding counted twice', () => {
    const facts = [
      fillFact({ id: 'a', strategy: 'maker' }),
      fillFact({ id: 'b', strategy: 'momentum' }),
      fundingFact('paid', '-0.5'),
      fundingFact('paid', '-0.25', ETH),
      fundingFact('received', '0.125'),
    ];
    // One name, one payment: the second under it says something else and is refused, each time that it comes.
    expect(books(facts)).toMatchObject({
      entries: 4,
      repeated: 8,
      refused: 3,
      cash: -0.375,
      split: [0, 0, 0, -0.375, -0.375],
    });
  });

  it('known failure: a replay that doubles child fills', () => {
    const children = Array.from({ length: 20 }, (_, nth) => fillFact({ id: `child-${String(nth)}`, quantity: '0.25' }));
    expect(books(children)).toMatchObject({ entries: 20, repeated: 40, held: [[BTC, 5]] });
  });
});
