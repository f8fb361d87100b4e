import type { KillReceipt, KillReport } from '@argosy/contracts';
import { format, isoTime, timeNs } from '@argosy/domain';
import { orNull, timeOrNull } from './text.js';

/** How far a kill holds at one service. */
export interface Hold {
  readonly holds: boolean;
  readonly state: 'durable' | 'memory' | 'unreachable' | 'refused';
  readonly receipt: KillReceipt | undefined;
  readonly error: string | null;
}

export const holdView = ({ holds, state, receipt, error }: Hold) => ({
  ok: holds,
  latched: state,
  gate_shut_at: receipt === undefined ? null : isoTime(timeNs(receipt.gateShutNs)),
  error,
});

const NS_PER_MS = 1_000_000;
/** From the kill's arrival; null while it has not come. */
const msAfter = (fromNs: bigint, atNs: bigint): number | null =>
  atNs === 0n || fromNs === 0n ? null : Math.round((Number(atNs - fromNs) / NS_PER_MS) * 100) / 100;

export const receiptView = (report: KillReport) => ({
  kill_id: report.killId,
  by: report.actor,
  reason: report.reason,
  complete: report.complete,
  requested_at: timeOrNull(report.requestedNs),
  timings_ms: {
    gate_shut: msAfter(report.requestedNs, report.gateShutNs),
    first_cancel: msAfter(report.requestedNs, report.firstCancelNs),
    all_cancelled: msAfter(report.requestedNs, report.allCancelledNs),
    second_sweep: msAfter(report.requestedNs, report.secondSweepNs),
  },
  outcomes: countOutcomes(report),
  orders: report.orders.map(({ clientOrderId, accountId, outcome, filledQuantity, reason }) => ({
    order_id: clientOrderId,
    account: accountId,
    outcome,
    filled_quantity: format(filledQuantity),
    reason: orNull(reason),
  })),
  parties: report.parties.map(({ service, accountIds, epoch, confirmed, unreachable, atNs }) => ({
    service,
    accounts: accountIds,
    epoch,
    state: confirmed ? 'confirmed' : unreachable ? 'unreachable' : 'pending',
    at: timeOrNull(atNs),
  })),
});

function countOutcomes({ orders }: KillReport): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { outcome } of orders) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}
