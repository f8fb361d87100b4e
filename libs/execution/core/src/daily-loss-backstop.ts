import { type Amount, ONE, ratio, type TimeNs } from '@argosy/domain';

const DAY_NS = 86_400_000_000_000n;

/** What the venue says of the account. */
export interface BackstopPoint {
  readonly at: TimeNs;
  /** With unrealised profit. */
  readonly equity: Amount;
  /** Deposits minus withdrawals since the account began; 0 where the venue does not state them. */
  readonly netTransfers: Amount;
}

/** What survives a restart. */
export interface BackstopDay {
  /** Whole days since 1970 UTC. */
  readonly day: bigint;
  /** The equity that the day is measured from, and the transfers up to then. */
  readonly start: BackstopPoint;
  readonly last: BackstopPoint;
}

export interface BackstopVerdict {
  readonly day: BackstopDay;
  /** Lost since 00:00 UTC as a share of the equity then; negative is a gain. */
  readonly loss: Amount;
  readonly kill: boolean;
}

const profitOf = ({ equity, netTransfers }: BackstopPoint): bigint => equity - netTransfers;

/**
 * The last line of RK-2: the loss of the day as execution itself sees it, from the venue's word alone. On purpose it shares
 * no line with risk's own limits, so that no mistake there can switch off both. A day that nobody saw begin is measured from
 * the higher of its neighbours; what was taken out since makes the base smaller, what was paid in does not make it larger.
 * @param limit share over 0, e.g. 0.03; reached counts.
 */
export function watchDailyLoss(before: BackstopDay | undefined, seen: BackstopPoint, limit: Amount): BackstopVerdict {
  const day = dayWith(before, seen);
  const { start, last } = day;
  const change = profitOf(last) - profitOf(start);
  const paid = last.netTransfers - start.netTransfers;
  const base = (paid < 0n ? start.equity + paid : start.equity) as Amount;
  const loss = base > 0n ? ratio<Amount>(-change as Amount, base, 'up') : ((change < 0n ? ONE : 0n) as Amount);
  return { day, loss, kill: loss >= limit };
}

function dayWith(before: BackstopDay | undefined, seen: BackstopPoint): BackstopDay {
  const day = seen.at / DAY_NS;
  if (before === undefined) return { day, start: seen, last: seen };
  // A word older than the last one says nothing new about the present.
  if (seen.at < before.last.at) return before;
  if (day === before.day) return { ...before, last: seen };
  const exact = seen.at === day * DAY_NS;
  return { day, start: exact || profitOf(seen) >= profitOf(before.last) ? seen : before.last, last: seen };
}
