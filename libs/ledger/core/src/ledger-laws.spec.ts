import { type Amount, type InstrumentId, parseAmount, parsePrice, type Price, type Side } from '@argosy/domain';
import fc from 'fast-check';
import { EXTERNAL, ledgerAccountKey } from './chart.js';
import type { Entry, EntryDraft } from './entry.js';
import { externalIdOf, type LedgerFact } from './fact.js';
import type { HeldPosition } from './ledger-store.port.js';
import { dayOf, dayText, parseDay, pnlLines, walletBalances } from './pnl.js';
import { NOTHING_BOOKED, type PreparedBooking, prepareBooking } from './prepare-booking.js';
import {
  ACCOUNT,
  BTC,
  DAY_ONE,
  emptyState,
  ETH,
  fillFact,
  fundingFact,
  TestDigest,
  transferFact,
} from './testing/facts.js';

const digest = new TestDigest();
const book = (facts: readonly LedgerFact[]): PreparedBooking =>
  prepareBooking(digest, emptyState(), facts, NOTHING_BOOKED, DAY_ONE);

const cents = (min: number, max: number) => fc.integer({ min, max }).map((n) => (n / 100).toFixed(2));
const fills = fc.record({
  side: fc.constantFrom<Side>('buy', 'sell'),
  price: cents(1, 1_000_000),
  quantity: fc.integer({ min: 1, max: 99_999 }).map((n) => (n / 10_000).toFixed(4)),
  fee: cents(-500, 500),
  strategy: fc.constantFrom('maker', 'momentum', ''),
  instrument: fc.constantFrom<InstrumentId>(BTC, ETH),
  arrival: fc.option(cents(1, 1_000_000), { nil: undefined }),
});
const facts = fc
  .array(
    fc.oneof(
      {
        weight: 6,
        arbitrary: fills.map(
          ({ arrival, ...f }) =>
            (id: string) =>
              fillFact({ ...f, ...(arrival === undefined ? {} : { arrival }), id }),
        ),
      },
      {
        weight: 1,
        arbitrary: fc.tuple(cents(-1000, 1000), fc.constantFrom(BTC, ETH)).map(
          ([a, i]) =>
            (id: string) =>
              fundingFact(id, a, i),
        ),
      },
      { weight: 1, arbitrary: cents(-1000, 1000).map((a) => (id: string) => transferFact(id, a)) },
    ),
    { maxLength: 40 },
  )
  .map((makers) => makers.map((make, i) => make(`x${String(i)}`)) as LedgerFact[]);

const balances = (entries: readonly Entry[]) => {
  const sums = new Map<
    string,
    { accountId: typeof ACCOUNT; account: Entry['postings'][number]['account']; amount: Amount }
  >();
  for (const { postings } of entries) {
    for (const { account, amount } of postings) {
      const row = sums.get(ledgerAccountKey(account));
      sums.set(ledgerAccountKey(account), {
        accountId: ACCOUNT,
        account,
        amount: (((row?.amount ?? 0n) as bigint) + amount) as Amount,
      });
    }
  }
  return [...sums.values()];
};
const MARKS: Record<string, Price> = { [BTC]: parsePrice('5021.37'), [ETH]: parsePrice('318.04') };

describe('laws of the ledger, whatever happens', () => {
  it('I-33, I-34: every entry and the whole book sum to zero per asset', () => {
    fc.assert(
      fc.property(facts, (sequence) => {
        const { entries } = book(sequence);
        const total = new Map<string, bigint>();
        for (const { account, amount } of balances(entries))
          total.set(account.asset, (total.get(account.asset) ?? 0n) + amount);
        expect([...total.values()].every((sum) => sum === 0n)).toBe(true);
      }),
    );
  });

  it('I-29: positions are the sum of fills, and the moved positions are the balances', () => {
    fc.assert(
      fc.property(facts, (sequence) => {
        const { entries, moved } = book(sequence);
        const byFills = new Map<string, bigint>();
        for (const fact of sequence) {
          if (fact.kind !== 'fill') continue;
          const key = `${fact.fill.strategyId ?? EXTERNAL}/${fact.fill.instrumentId}`;
          byFills.set(key, (byFills.get(key) ?? 0n) + (fact.fill.side === 'buy' ? 1n : -1n) * fact.fill.quantity);
        }
        for (const [key, quantity] of byFills) expect(moved.get(key)?.quantity).toBe(quantity);
        for (const { account, amount } of balances(entries)) {
          const position = moved.get(`${account.strategyId}/${account.instrumentId}`);
          if (account.type === 'position_quantity') expect(position?.quantity).toBe(amount);
          if (account.type === 'position_notional') expect(position?.cost).toBe(amount);
        }
      }),
    );
  });

  it('LG-2: realised + unrealised + funding + fee + rebate is the change of equity, to the last unit', () => {
    fc.assert(
      fc.property(facts, (sequence) => {
        const { entries, moved } = book(sequence);
        const rows = balances(entries);
        const positions: HeldPosition[] = [...moved.values()].map((position) => ({ ...position, accountId: ACCOUNT }));
        const [line] = pnlLines({
          groupBy: 'total',
          totals: rows.map((row) => ({ ...row, day: 0 })),
          positions,
          mark: (id) => MARKS[id],
          venueOf: () => 'hyperliquid',
          valuedOnDay: 0,
        });
        const wallet = walletBalances(rows).get(ACCOUNT)?.get('USDC') ?? 0n;
        const value = positions.reduce(
          (sum, { quantity, instrumentId, cost }) =>
            sum + ((quantity as bigint) * (MARKS[instrumentId] as Price)) / 10n ** 12n - cost,
          0n,
        );
        const deposits = sequence.reduce((sum, fact) => (fact.kind === 'transfer' ? sum + fact.amount : sum), 0n);
        expect(wallet + value - deposits).toBe(line?.split.net ?? 0n);
      }),
    );
  });

  it('a wallet of perpetuals is exact however the cost was cut: deposits + Σ cash flows + cost held', () => {
    fc.assert(
      fc.property(facts, (sequence) => {
        const { entries, moved } = book(sequence);
        let exact = 0n;
        for (const fact of sequence) {
          if (fact.kind === 'transfer') exact += fact.amount;
          if (fact.kind === 'funding') exact += fact.payment.amount;
          if (fact.kind !== 'fill') continue;
          const { side, price, quantity, fee } = fact.fill;
          exact -= ((side === 'buy' ? 1n : -1n) * (price as bigint) * quantity) / 10n ** 12n + fee;
        }
        for (const { cost } of moved.values()) exact += cost;
        expect(walletBalances(balances(entries)).get(ACCOUNT)?.get('USDC') ?? 0n).toBe(exact);
      }),
    );
  });

  it('I-26, I-37, I-43: repeating any facts any number of times changes nothing', () => {
    fc.assert(
      fc.property(facts, (sequence) => {
        const once = book(sequence);
        const twice = book([...sequence.flatMap((fact) => [fact, fact]), ...sequence]);
        expect(twice.head).toEqual(once.head);
        expect(twice.repeated).toBe(once.entries.length * 2);
      }),
    );
  });

  it('a correction takes an entry back exactly, once, and never a correction', () => {
    const wrong = fillFact({ id: 'wrong', quantity: '2', fee: '0.1', arrival: '99' });
    const correct = (corrects: bigint): LedgerFact => ({
      kind: 'correction',
      accountId: ACCOUNT,
      epoch: 1,
      venue: 'hyperliquid',
      corrects,
      reason: 'venue busted the trade',
      actor: 'person:anna',
      decidedAtNs: DAY_ONE,
    });
    const run = book([transferFact('t', '10'), wrong, correct(2n), correct(2n), correct(3n), correct(99n)]);
    expect(run.entries.map(({ kind, corrects }) => [kind, corrects])).toEqual([
      ['transfer', undefined],
      ['fill', undefined],
      ['correction', 2n],
    ]);
    expect(run.repeated).toBe(1);
    expect(run.refused.map(({ refusal }) => refusal.code)).toEqual(['correction_circular', 'correction_unknown']);
    expect([...run.moved.values()].map(({ quantity, cost }) => [quantity, cost])).toEqual([[0n, 0n]]);
    expect(
      balances(run.entries)
        .filter(({ amount }) => amount !== 0n)
        .map(({ account, amount }) => [account.type, amount]),
    ).toEqual([
      ['cash', parseAmount('10')],
      ['external', parseAmount('-10')],
    ]);
  });

  it('the same external id with other content is refused by name and booked once (I-26)', () => {
    const run = book([fillFact({ quantity: '1' }), fillFact({ quantity: '2' })]);
    expect(run.entries).toHaveLength(1);
    expect(run.refused.map(({ refusal, externalId }) => [refusal.code, externalId])).toEqual([
      ['external_id_conflict', 'fill:f1'],
    ]);
  });

  it('known drafts count as booked, whatever chain they stand in', () => {
    const fact = fillFact();
    const [entry] = book([fact]).entries;
    const again = prepareBooking(
      digest,
      emptyState(),
      [fact],
      { ...NOTHING_BOOKED, byExternalId: new Map([[externalIdOf(fact), entry as EntryDraft]]) },
      DAY_ONE,
    );
    expect([again.entries.length, again.repeated]).toEqual([0, 1]);
  });
});

describe('profit and loss lines (LG-2)', () => {
  const day2 = (DAY_ONE as bigint) + 86_400_000_000_000n;
  const run = book([
    fillFact({ id: '1', quantity: '2', price: '100', fee: '0.2', strategy: 'maker', arrival: '99' }),
    fillFact({ id: '2', side: 'sell', quantity: '1', price: '110', fee: '-0.05', strategy: 'maker', at: day2 }),
    fillFact({ id: '3', instrument: ETH, side: 'sell', quantity: '1', price: '50', strategy: 'momentum' }),
    fundingFact('4', '-0.4', BTC, day2),
  ]);
  const totals = run.entries.flatMap((entry) =>
    entry.postings.map(({ account, amount }) => ({
      accountId: ACCOUNT,
      account,
      amount,
      day: dayOf(entry.occurredAtNs),
    })),
  );
  const positions = [...run.moved.values()].map((position) => ({ ...position, accountId: ACCOUNT }));
  const lines = (
    groupBy: 'total' | 'strategy' | 'venue' | 'instrument' | 'day' | 'account',
    marks: Record<string, string>,
  ) =>
    pnlLines({
      groupBy,
      totals,
      positions,
      mark: (id) => (marks[id] === undefined ? undefined : parsePrice(marks[id])),
      venueOf: () => 'hyperliquid',
      valuedOnDay: dayOf(day2),
    }).map(({ group, split }) => [
      group,
      ...[split.realised, split.unrealised, split.funding, split.fee, split.rebate, split.slippage, split.net].map(
        (a) => (a === undefined ? '?' : Number(a) / 1e12),
      ),
    ]);
  const marks = { [BTC]: '120', [ETH]: '45' };

  it.each([
    ['total', [['total', 10, 25, -0.4, -0.2, 0.05, -2, 34.45]]],
    [
      'strategy',
      [
        ['maker', 10, 20, -0.4, -0.2, 0.05, -2, 29.45],
        ['momentum', 0, 5, 0, 0, 0, 0, 5],
      ],
    ],
    ['venue', [['hyperliquid', 10, 25, -0.4, -0.2, 0.05, -2, 34.45]]],
    [
      'instrument',
      [
        [BTC, 10, 20, -0.4, -0.2, 0.05, -2, 29.45],
        [ETH, 0, 5, 0, 0, 0, 0, 5],
      ],
    ],
    [
      'day',
      [
        ['2026-03-01', 0, 0, 0, -0.2, 0, -2, -0.2],
        ['2026-03-02', 10, 25, -0.4, 0, 0.05, 0, 34.65],
      ],
    ],
  ] as const)('by %s', (groupBy, expected) => {
    expect(lines(groupBy, marks)).toEqual(expected);
  });

  it('says so when a mark is missing instead of guessing', () => {
    expect(lines('total', { [BTC]: '120' })).toEqual([['total', 10, '?', -0.4, -0.2, 0.05, -2, 9.45]]);
  });

  it.each([
    ['2026-03-01', true],
    ['2026-02-30', false],
    ['26-3-1', false],
    ['', false],
  ])('day %j parses: %s', (text, real) => {
    const day = parseDay(text);
    expect(day === undefined ? undefined : dayText(day)).toBe(real ? text : undefined);
  });
});
