import { format, isFinal, isoTime, type Order, type Price, ratio } from '@argosy/domain';
import { symbolOf } from './text.js';

/** An order as REST shows it; `order_id` is what every other route takes. */
export const orderView = (order: Order) => ({
  order_id: order.clientOrderId,
  venue_order_id: order.venueOrderId ?? null,
  exchange: order.venue,
  account: order.accountId,
  account_kind: order.accountKind,
  strategy_id: order.strategyId,
  symbol: symbolOf(order.instrumentId),
  instrument_id: order.instrumentId,
  side: order.side,
  price: format(order.limitPrice),
  quantity: format(order.quantity),
  filled_quantity: format(order.filledQuantity),
  average_fill_price: order.filledQuantity === 0n ? null : averagePrice(order),
  time_in_force: order.timeInForce,
  reduce_only: order.reduceOnly,
  status: isFinal(order.state) ? 'final' : 'open',
  state: order.state,
  reason: order.reason,
  external: order.external,
  created_at: isoTime(order.createdAt),
  updated_at: isoTime(order.updatedAt),
});

const averagePrice = (order: Order): string => format(ratio<Price>(order.filledNotional, order.filledQuantity, 'down'));
