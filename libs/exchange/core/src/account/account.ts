import type { OrderStatusView, UserFill, UserFunding, UserTransfer } from '../api/view.js';
import type { VenueOrder } from '../order/venue-order.js';
import type { DayVolume } from './fee-schedule.js';
import { emptyPosition, type Position } from './position.js';
import { Ring } from './ring.js';

/** What an account can be asked about later; older entries are forgotten. */
export const FILLS_KEPT = 10_000;
export const FINISHED_ORDERS_KEPT = 10_000;
export const FUNDINGS_KEPT = 5_000;
export const TRANSFERS_KEPT = 1_000;
/** Leverage of an asset that was never set, or the asset's maximum if that is less. */
export const DEFAULT_LEVERAGE = 20;

/** One participant: its cash, positions, open orders, and for clients what it may ask about the past. */
export class Account {
  /** Cash when every position is valued at zero: buying takes price × size out of it, selling puts it in. */
  cash = 0n;
  readonly positions = new Map<number, Position>();
  readonly orders = new Map<number, VenueOrder>();
  /** Open orders by client order id. */
  readonly cloids = new Map<string, VenueOrder>();
  /** Resting reduce-only orders: zero for nearly everybody, which saves looking. */
  reduceOnlyOrders = 0;
  /** Background makers: what stands in each slot. */
  readonly slots = new Map<number, VenueOrder>();
  /** Agents by address, with their names. */
  readonly agents = new Map<string, string>();
  readonly fills = new Ring<UserFill>(FILLS_KEPT);
  readonly fundings = new Ring<UserFunding>(FUNDINGS_KEPT);
  readonly transfers = new Ring<UserTransfer>(TRANSFERS_KEPT);
  readonly finished = new Ring<OrderStatusView>(FINISHED_ORDERS_KEPT);
  /** Finished orders by id and by client order id (the newest with it). */
  private readonly finishedByOid = new Map<number, OrderStatusView>();
  private readonly finishedByCloid = new Map<string, OrderStatusView>();
  readonly days: DayVolume[] = [];
  volume = 0n;
  requests = 0;
  /** When a request beyond its cap was last let through. */
  throttledMs = 0;
  /** When all its orders are to be cancelled. */
  scheduledMs: number | undefined;
  triggerDayMs = 0;
  triggers = 0;

  constructor(
    readonly address: string,
    readonly background: boolean,
  ) {}

  position(asset: number, maxLeverage: number): Position {
    let position = this.positions.get(asset);
    if (position === undefined) {
      position = emptyPosition(Math.min(DEFAULT_LEVERAGE, maxLeverage));
      this.positions.set(asset, position);
    }
    return position;
  }

  remember(view: OrderStatusView): void {
    const forgotten = this.finished.push(view);
    this.finishedByOid.set(view.order.oid, view);
    if (view.order.cloid !== undefined) this.finishedByCloid.set(view.order.cloid, view);
    if (forgotten === undefined) return;
    this.finishedByOid.delete(forgotten.order.oid);
    const { cloid } = forgotten.order;
    if (cloid !== undefined && this.finishedByCloid.get(cloid) === forgotten) this.finishedByCloid.delete(cloid);
  }

  finishedOrder(oidOrCloid: number | string): OrderStatusView | undefined {
    return typeof oidOrCloid === 'number' ? this.finishedByOid.get(oidOrCloid) : this.finishedByCloid.get(oidOrCloid);
  }
}
