import {
  type AccountId,
  accountId,
  type ClientOrderId,
  clientOrderId,
  format,
  parseQuantity,
  type Quantity,
} from '@argosy/domain';
import { KillOutcome as WireOutcome, KillReport as WireReport } from '../gen/argosy/risk/v1/risk.js';
import { enumTable, mappedCodec } from './wire.js';

/** How a kill ended for one order; `could_not_cancel` is for a person (I-16). */
export const KILL_OUTCOMES = ['pending', 'cancelled', 'filled', 'expired', 'rejected', 'could_not_cancel'] as const;
export type KillOutcome = (typeof KILL_OUTCOMES)[number];

export interface KilledOrder {
  readonly clientOrderId: ClientOrderId;
  readonly accountId: AccountId;
  readonly outcome: KillOutcome;
  readonly filledQuantity: Quantity;
  /** Empty where the outcome says it all. */
  readonly reason: string;
}

/** Everything a kill did. Moments are ns since 1970 UTC, 0 while they have not come. */
export interface KillReport extends Omit<WireReport, 'orders'> {
  readonly orders: readonly KilledOrder[];
}

const outcomes = enumTable<KillOutcome>('kill outcome', {
  pending: WireOutcome.KILL_OUTCOME_PENDING,
  cancelled: WireOutcome.KILL_OUTCOME_CANCELLED,
  filled: WireOutcome.KILL_OUTCOME_FILLED,
  expired: WireOutcome.KILL_OUTCOME_EXPIRED,
  rejected: WireOutcome.KILL_OUTCOME_REJECTED,
  could_not_cancel: WireOutcome.KILL_OUTCOME_COULD_NOT_CANCEL,
});

export const killReportCodec = mappedCodec<KillReport, WireReport>(
  'KillReport',
  WireReport,
  (report) => ({
    ...report,
    orders: report.orders.map((order) => ({
      ...order,
      outcome: outcomes.toWire(order.outcome) as WireOutcome,
      filledQuantity: format(order.filledQuantity),
    })),
  }),
  (message) => ({
    ...message,
    orders: message.orders.map((order) => ({
      clientOrderId: clientOrderId(order.clientOrderId),
      accountId: accountId(order.accountId),
      outcome: outcomes.toWord(order.outcome),
      filledQuantity: parseQuantity(order.filledQuantity),
      reason: order.reason,
    })),
  }),
);
