import {
  type Amount,
  type Fill,
  isLate,
  nextState,
  notional,
  type Order,
  type OrderEventType,
  type OrderState,
  type Quantity,
  type TimeNs,
  type VenueOrderId,
} from '@argosy/domain';

/** One move of one order, or why there was none. */
export type Move =
  | { readonly kind: 'moved'; readonly order: Order; readonly event: OrderEventType; readonly fromState: OrderState }
  /** A report that repeats or trails what is known: absorbed (I-24). */
  | { readonly kind: 'late' }
  /** The table has no such move and the report is not late: the order freezes and a person is told. */
  | { readonly kind: 'illegal'; readonly event: OrderEventType; readonly fromState: OrderState };

export interface MoveChanges {
  readonly venueOrderId?: VenueOrderId | undefined;
  readonly reason?: string | undefined;
}

/** Applies one event of the state table; pure, the caller decides what to store and publish. */
export function move(order: Order, event: OrderEventType, at: TimeNs, changes: MoveChanges = {}): Move {
  const state = nextState(order.state, event);
  if (state === undefined) {
    return isLate(order.state, event) ? { kind: 'late' } : { kind: 'illegal', event, fromState: order.state };
  }
  const venueOrderId = changes.venueOrderId ?? order.venueOrderId;
  return {
    kind: 'moved',
    event,
    fromState: order.state,
    order: {
      ...order,
      ...(venueOrderId === undefined ? {} : { venueOrderId }),
      state,
      updatedAt: at,
      reason: changes.reason ?? order.reason,
    },
  };
}

export type FillMove =
  | { readonly kind: 'filled'; readonly order: Order; readonly event: OrderEventType; readonly fromState: OrderState }
  /** More was filled than was ordered (I-25): money moved, so it is booked, and the order is reported. */
  | { readonly kind: 'overfilled'; readonly order: Order; readonly excess: Quantity }
  | { readonly kind: 'illegal'; readonly order: Order; readonly fromState: OrderState };

/**
 * Applies a fill that has not been seen before (the caller knows fills by their ids). The quantity always counts: a fill
 * is money that moved, whatever our state says.
 */
export function applyFill(order: Order, fill: Fill, at: TimeNs): FillMove {
  const filledQuantity = (order.filledQuantity + fill.quantity) as Quantity;
  const filledNotional = (order.filledNotional + notional(fill.price, fill.quantity, 'down')) as Amount;
  const event = filledQuantity >= order.quantity ? 'final_fill' : 'fill';
  const state = nextState(order.state, event);
  const after: Order = {
    ...order,
    venueOrderId: order.venueOrderId ?? fill.venueOrderId,
    state: state ?? order.state,
    filledQuantity,
    filledNotional,
    updatedAt: at,
  };
  if (filledQuantity > order.quantity) {
    return { kind: 'overfilled', order: after, excess: (filledQuantity - order.quantity) as Quantity };
  }
  if (state === undefined) return { kind: 'illegal', order: after, fromState: order.state };
  return { kind: 'filled', order: after, event, fromState: order.state };
}
