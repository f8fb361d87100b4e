import type { IntegrityReport, Position } from '@argosy/contracts';
import { type Amount, format, parseAmount, ZERO_AMOUNT } from '@argosy/domain';
import type { ExchangeAccount } from './exchange-account.js';

/** One thing that had to hold, and what was found. */
export interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
}

/** One live account from both sides. */
export interface TwoBooks {
  readonly accountId: string;
  readonly exchange: ExchangeAccount;
  readonly ledgerRawCash: Amount;
  readonly ledgerPositions: readonly Position[];
}

export interface ProofFacts {
  readonly orders: number;
  readonly fills: number;
  readonly openOrders: readonly { readonly clientOrderId: string; readonly state: string }[];
  readonly accounts: readonly TwoBooks[];
  readonly integrity: IntegrityReport;
  /** The newest fact of each account, as execution says. */
  readonly newestFacts: ReadonlyMap<string, bigint>;
}

const check = (name: string, problems: readonly string[], held: string): Check => ({
  name,
  ok: problems.length === 0,
  detail: problems.length === 0 ? held : problems.slice(0, 5).join('; '),
});

const ZERO = /^-?0(\.0+)?$/;

/** Everything that has to hold at the end of a run; each check says what it saw. */
export function prove(facts: ProofFacts): readonly Check[] {
  const { integrity, orders, fills } = facts;
  const unbalanced = Object.entries(integrity.trialBalance).filter(([, sum]) => !ZERO.test(sum));
  return [
    check(
      'traded',
      fills > 0 ? [] : ['nothing was filled'],
      `${String(orders)} orders accepted, ${String(fills)} fills`,
    ),
    check('no open orders', stillOpen(facts), 'none in the fleet, none at the exchange'),
    check('every fact booked', unread(facts), `${String(facts.newestFacts.size)} accounts read to their newest fact`),
    check(
      'trial balance',
      unbalanced.map(([asset, sum]) => `${asset} is off by ${sum}`),
      `zero in ${Object.keys(integrity.trialBalance).join(', ') || 'no currency'}`,
    ),
    check(
      'hash chain',
      integrity.chainValid ? [] : ['a chain does not verify'],
      `${String(integrity.entries)} entries verify`,
    ),
    check('data integrity', integrity.problems, 'Data integrity check: PASSED'),
    check(
      'cash equals the exchange',
      facts.accounts.flatMap(cashDifference),
      facts.accounts.map(({ accountId, ledgerRawCash }) => `${accountId} ${format(ledgerRawCash)}`).join(', '),
    ),
    check(
      'positions equal the exchange',
      facts.accounts.flatMap(positionDifferences),
      describePositions(facts.accounts),
    ),
  ];
}

export const venueAccountEqual = (checks: readonly Check[]): boolean =>
  checks
    .filter(({ name }) => name.endsWith('equals the exchange') || name.endsWith('equal the exchange'))
    .every(({ ok }) => ok);

const stillOpen = ({ openOrders, accounts }: ProofFacts): readonly string[] => [
  ...openOrders.map(({ clientOrderId, state }) => `${clientOrderId} is ${state}`),
  ...accounts.flatMap(({ exchange }) => exchange.openOrderIds.map((id) => `the exchange holds ${id}`)),
];

const unread = ({ newestFacts, integrity }: ProofFacts): readonly string[] =>
  [...newestFacts].flatMap(([account, newest]) => {
    const read = integrity.accountSequences[account] ?? 0n;
    return read >= newest ? [] : [`${account}: fact ${String(newest)} is written, the ledger has read ${String(read)}`];
  });

const cashDifference = ({ accountId, exchange, ledgerRawCash }: TwoBooks): readonly string[] =>
  exchange.rawCash === ledgerRawCash
    ? []
    : [`${accountId}: the exchange says ${format(exchange.rawCash)}, the ledger ${format(ledgerRawCash)}`];

function positionDifferences({ accountId, exchange, ledgerPositions }: TwoBooks): readonly string[] {
  const held = holdings(ledgerPositions, accountId);
  const instruments = new Set([...held.keys(), ...exchange.positions.keys()]);
  return [...instruments].flatMap((instrument) => {
    const [ours, theirs] = [held.get(instrument) ?? ZERO_AMOUNT, exchange.positions.get(instrument) ?? ZERO_AMOUNT];
    return ours === theirs
      ? []
      : [`${accountId} ${instrument}: the exchange says ${format(theirs)}, the ledger ${format(ours)}`];
  });
}

/** Strategies hold apart what the exchange holds together. */
function holdings(positions: readonly Position[], accountId: string): Map<string, Amount> {
  const held = new Map<string, Amount>();
  for (const { accountId: account, instrumentId, quantity } of positions) {
    if (account !== accountId) continue;
    held.set(instrumentId, ((held.get(instrumentId) ?? 0n) + parseAmount(quantity)) as Amount);
  }
  return held;
}

const describePositions = (accounts: readonly TwoBooks[]): string =>
  accounts
    .flatMap(({ exchange }) =>
      [...exchange.positions].map(([instrument, quantity]) => `${instrument} ${format(quantity)}`),
    )
    .join(', ') || 'flat on both sides';
