import type { VenueTimeInForce } from '../api/command.js';
import type { OrderStatus, OrderStatusView } from '../api/view.js';
import type { Account } from '../account/account.js';
import type { PerpInstrument } from '../market/perp-instrument.js';

/** An order as the exchange holds it while it lives. */
export interface VenueOrder {
  readonly oid: number;
  readonly cloid: string | undefined;
  readonly account: Account;
  readonly instrument: PerpInstrument;
  readonly isBuy: boolean;
  readonly ticks: number;
  readonly originalLots: number;
  /** What is left. */
  lots: number;
  readonly reduceOnly: boolean;
  readonly tif: VenueTimeInForce;
  readonly placedMs: number;
  /** Σ price × size over its fills, micro-USDC. */
  filledNotional: bigint;
  /** The book's own name of it while it rests, else 0. */
  handle: number;
  /** Set while matching, for orders that end for another reason than being filled. */
  ending: OrderStatus | undefined;
}

export const orderView = (order: VenueOrder, status: OrderStatus, timeMs: number): OrderStatusView => ({
  order: {
    oid: order.oid,
    ...(order.cloid === undefined ? {} : { cloid: order.cloid }),
    coin: order.instrument.name,
    asset: order.instrument.asset,
    isBuy: order.isBuy,
    limitPx: order.instrument.pxText(order.ticks),
    sz: order.instrument.szText(order.lots),
    origSz: order.instrument.szText(order.originalLots),
    reduceOnly: order.reduceOnly,
    tif: order.tif,
    timestampMs: order.placedMs,
  },
  status,
  statusTimestampMs: timeMs,
});
