/** The order's life, one table (EX-1, I-24). No `if (state === …)` about legality outside this file. */
export const ORDER_STATES = [
  'new',
  'approved',
  'sent',
  'in_doubt',
  'working',
  'cancel_pending',
  'filled',
  'cancelled',
  'expired',
  'rejected',
] as const;
export type OrderState = (typeof ORDER_STATES)[number];

export const ORDER_EVENTS = [
  'risk_approved',
  'risk_refused',
  'send_started',
  'send_timed_out',
  'send_prevented',
  'venue_accepted',
  'venue_rejected',
  'venue_unaware',
  'fill',
  'final_fill',
  'cancel_requested',
  'cancel_refused',
  'venue_cancelled',
  'venue_expired',
] as const;
export type OrderEventType = (typeof ORDER_EVENTS)[number];

type Row = Partial<Record<OrderEventType, OrderState>>;

/**
 * An absent cell is an illegal transition unless the report is late or repeated (`isLate`): then it is absorbed.
 *
 * Three rows look odd and are the point. `in_doubt` exists because a send that timed out is not a send that failed.
 * Finished orders still take fills because venues race: when a cancel and a fill cross on the wire, the fill is the one
 * that moved money. And `send_prevented` says the egress refused before a byte left, the only local proof of absence.
 */
export const ORDER_TRANSITIONS = {
  new: { risk_approved: 'approved', risk_refused: 'rejected' },
  approved: { send_started: 'sent', send_prevented: 'rejected' },
  sent: {
    venue_accepted: 'working',
    venue_rejected: 'rejected',
    send_prevented: 'rejected',
    fill: 'working',
    final_fill: 'filled',
    venue_cancelled: 'cancelled',
    venue_expired: 'expired',
    cancel_requested: 'cancel_pending',
    send_timed_out: 'in_doubt',
  },
  in_doubt: {
    venue_accepted: 'working',
    venue_rejected: 'rejected',
    fill: 'working',
    final_fill: 'filled',
    venue_cancelled: 'cancelled',
    venue_expired: 'expired',
    venue_unaware: 'rejected',
  },
  working: {
    fill: 'working',
    final_fill: 'filled',
    cancel_requested: 'cancel_pending',
    venue_cancelled: 'cancelled',
    venue_expired: 'expired',
  },
  cancel_pending: {
    fill: 'cancel_pending',
    final_fill: 'filled',
    cancel_refused: 'working',
    venue_accepted: 'cancel_pending',
    venue_rejected: 'rejected',
    send_timed_out: 'in_doubt',
    venue_cancelled: 'cancelled',
    venue_expired: 'expired',
  },
  cancelled: { fill: 'cancelled', final_fill: 'filled' },
  expired: { fill: 'expired', final_fill: 'filled' },
  filled: {},
  rejected: {},
} as const satisfies Record<OrderState, Row>;

/** The state after `event`, or undefined when the table has no such move. */
export function nextState(from: OrderState, event: OrderEventType): OrderState | undefined {
  const row: Row = ORDER_TRANSITIONS[from];
  return row[event];
}

const FINAL: ReadonlySet<OrderState> = new Set(['filled', 'cancelled', 'expired', 'rejected']);
export const isFinal = (state: OrderState): boolean => FINAL.has(state);

/** States in which the venue may hold, or come to hold, a live order: they count fully in exposure. */
const OPEN: ReadonlySet<OrderState> = new Set(['approved', 'sent', 'in_doubt', 'working', 'cancel_pending']);
export const countsInExposure = (state: OrderState): boolean => OPEN.has(state);

/** How far along a life each report can at best bring an order; a report at or behind the present rank is late. */
const RANK = {
  new: 0,
  approved: 1,
  sent: 2,
  in_doubt: 3,
  working: 4,
  cancel_pending: 5,
  expired: 6,
  cancelled: 6,
  filled: 6,
  rejected: 6,
} as const;
const REPORTS: Partial<Record<OrderEventType, number>> = {
  risk_approved: 1,
  send_started: 2,
  send_timed_out: 3,
  send_prevented: 2,
  venue_accepted: 4,
  venue_unaware: 3,
  cancel_requested: 5,
  cancel_refused: 5,
  venue_cancelled: 6,
  venue_expired: 6,
  venue_rejected: 6,
};

/**
 * True when a report that the table does not allow only repeats or trails what is already known, and may be absorbed.
 * Fills are never late in this sense: they are deduplicated by fill id before they reach the table.
 */
export function isLate(state: OrderState, event: OrderEventType): boolean {
  const rank = REPORTS[event];
  return rank !== undefined && rank <= RANK[state];
}
