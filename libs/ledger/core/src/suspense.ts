import type { Amount, InstrumentId } from '@argosy/domain';
import type { StrategyPosition } from './booking-state.js';
import type { Entry } from './entry.js';
import type { ExplainedFact, SuspenseFact } from './fact.js';

/** What one instrument's books say when a statement about it comes. */
export interface Suspended {
  /** Everybody's position together, with what stands in suspense. */
  readonly total: bigint;
  /** What of it stands in suspense. */
  readonly suspended: bigint;
}

/** Entries of suspense that nobody took back yet, of one instrument. */
export const openSuspense = (
  entries: Iterable<Entry>,
  instrumentId: InstrumentId,
  takenBack: ReadonlySet<bigint>,
): Entry[] =>
  [...entries].filter(
    (entry) => entry.kind === 'suspense' && entry.instrumentId === instrumentId && !takenBack.has(entry.sequence),
  );

export function suspendedIn(
  positions: Iterable<StrategyPosition>,
  open: readonly Entry[],
  instrumentId: InstrumentId,
): Suspended {
  let total = 0n;
  for (const held of positions) if (held.instrumentId === instrumentId) total += held.quantity;
  let suspended = 0n;
  for (const { account, amount } of open.flatMap(({ postings }) => postings))
    if (account.type === 'position_quantity') suspended += amount;
  return { total, suspended };
}

/**
 * How much has to stand in suspense after a statement, so that the books say what the venue says (I-29). Absolute: whoever
 * tells it, and however often, it comes to the same.
 */
export function neededSuspense(fact: SuspenseFact | ExplainedFact, { total, suspended }: Suspended): Amount {
  if (fact.kind === 'suspense' && fact.stated === undefined) return (suspended + fact.quantity) as Amount;
  const needed = (fact.stated ?? 0n) - (total - suspended);
  // The ledger takes back by itself, and never puts anything there.
  return (fact.kind === 'explained' && needed !== 0n ? suspended : needed) as Amount;
}
