/**
 * A recorded background book in which our own orders rest. Only recorded trades, and cancels that reach past us, bring
 * an order to the front of its queue; what we take from the background stays taken until the level is next restated.
 * The background never reacts to us: that is what a recording cannot tell. Prices and sizes are integer ticks and lots.
 */
import {
  BOOK_FULL,
  BUY,
  type EngineLevel,
  type EngineOptions,
  type EngineSide,
  type EngineTimeInForce,
  GTC,
  IOC,
  NO_ASK,
  NO_BID,
  NOT_RESTING,
  POST_ONLY,
  SELL,
  WOULD_MATCH,
} from './price-time-engine.js';

/** The reference under which callbacks name the recorded background. */
export const BACKGROUND = 0;
/** Own orders that may rest at once. */
export const OWN_ORDERS_MAX = 100_000;

interface OwnOrder {
  readonly handle: number;
  readonly reference: number;
  readonly side: EngineSide;
  readonly tick: number;
  quantity: number;
  /** Background quantity still in front of it. */
  ahead: number;
}

interface Level {
  /** As the recording states it. */
  background: number;
  /** Of that, what we took since the last statement. */
  taken: number;
  readonly orders: OwnOrder[];
}

/** The levels of one side; `ticks` has the best price last, so that changes near the market are cheap. */
class Side {
  readonly levels = new Map<number, Level>();
  readonly ticks: number[] = [];
  /** Own orders on this side. */
  own = 0;

  constructor(private readonly direction: 1 | -1) {}

  /** True when `a` is a better price than `b` on this side. */
  better(a: number, b: number): boolean {
    return (a - b) * this.direction > 0;
  }

  make(tick: number): Level {
    let level = this.levels.get(tick);
    if (level !== undefined) return level;
    level = { background: 0, taken: 0, orders: [] };
    this.levels.set(tick, level);
    this.ticks.splice(this.position(tick), 0, tick);
    return level;
  }

  tidy(tick: number, level: Level): void {
    if (level.background > 0 || level.orders.length > 0) return;
    this.levels.delete(tick);
    this.ticks.splice(this.position(tick), 1);
  }

  best(none: number): number {
    for (let i = this.ticks.length - 1; i >= 0; i--) {
      const tick = this.ticks[i]!;
      const level = this.levels.get(tick)!;
      if (level.orders.length > 0 || level.background > level.taken) return tick;
    }
    return none;
  }

  /** First place from the worst whose price is `tick` or better. */
  private position(tick: number): number {
    let low = 0;
    let high = this.ticks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.better(tick, this.ticks[middle]!)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

export class QueuePositionBook {
  /** What the newest `limit` traded. */
  filled = 0;
  private readonly bids = new Side(1);
  private readonly asks = new Side(-1);
  private readonly own = new Map<number, OwnOrder>();
  private lastHandle = 0;

  constructor(private readonly options: Pick<EngineOptions, 'onFill' | 'admit'> = {}) {}

  get bestBid(): number {
    return this.bids.best(NO_BID);
  }
  get bestAsk(): number {
    return this.asks.best(NO_ASK);
  }
  get live(): number {
    return this.own.size;
  }

  /** States the background quantity of a level. Own orders that it crosses are filled at their own price. */
  setLevel(side: EngineSide, tick: number, quantity: number): void {
    const mine = this.of(side);
    const level = quantity > 0 ? mine.make(tick) : mine.levels.get(tick);
    if (level === undefined) return;
    level.background = quantity;
    level.taken = 0;
    for (const order of level.orders) if (order.ahead > quantity) order.ahead = quantity;
    const other = this.of(side === BUY ? SELL : BUY);
    if (quantity > 0 && other.own > 0) level.taken = this.cross(side, tick, quantity);
    mine.tidy(tick, level);
  }

  /** A whole new background: levels that it does not name are empty. */
  replace(levels: readonly { readonly side: EngineSide; readonly tick: number; readonly quantity: number }[]): void {
    for (const side of [BUY, SELL] as const) {
      const named = new Set(levels.filter((level) => level.side === side).map((level) => level.tick));
      for (const tick of [...this.of(side).ticks]) if (!named.has(tick)) this.setLevel(side, tick, 0);
    }
    for (const { side, tick, quantity } of levels) this.setLevel(side, tick, quantity);
  }

  /** A recorded trade: fills own orders at better prices, then at its price whoever it reaches in the queue. */
  print(taker: EngineSide, tick: number, quantity: number): void {
    const makers = this.of(taker === BUY ? SELL : BUY);
    if (makers.own === 0) return;
    let left = this.cross(taker, tick, quantity, true);
    left = quantity - left;
    const level = makers.levels.get(tick);
    if (level === undefined || level.orders.length === 0 || left <= 0) return;
    let eaten = 0;
    for (const order of [...level.orders]) {
      const inFront = Math.max(0, order.ahead - eaten);
      const passed = Math.min(inFront, left);
      eaten += passed;
      left -= passed;
      if (left === 0) break;
      left -= this.give(order, BACKGROUND, left);
    }
    for (const order of level.orders) order.ahead = Math.max(0, order.ahead - eaten);
    makers.tidy(tick, level);
  }

  /** As `PriceTimeEngine.limit`; the background is the maker with reference `BACKGROUND`. */
  limit(side: EngineSide, tick: number, quantity: number, timeInForce: EngineTimeInForce = GTC, reference = 1): number {
    this.filled = 0;
    if (timeInForce !== IOC && this.own.size >= OWN_ORDERS_MAX) return BOOK_FULL;
    if (timeInForce === POST_ONLY && this.crosses(side, tick)) return WOULD_MATCH;
    const left = timeInForce === POST_ONLY ? quantity : this.take(side, tick, quantity, reference);
    this.filled = quantity - left;
    if (left === 0 || timeInForce === IOC) return NOT_RESTING;
    const level = this.of(side).make(tick);
    return this.insert(side, tick, left, reference, level.background - level.taken);
  }

  /** Puts an order back as it was, without matching: for a book that is restored. */
  restore(side: EngineSide, tick: number, quantity: number, reference: number, ahead: number): number {
    this.of(side).make(tick);
    return this.insert(side, tick, quantity, reference, ahead);
  }

  /** Puts a background level back as it was. */
  restoreLevel(side: EngineSide, tick: number, background: number, taken: number): void {
    const level = this.of(side).make(tick);
    level.background = background;
    level.taken = taken;
  }

  cancel(handle: number): number {
    const order = this.own.get(handle);
    if (order === undefined) return 0;
    const left = order.quantity;
    this.remove(order);
    return left;
  }

  reduce(handle: number, by: number): number {
    const order = this.own.get(handle);
    if (order === undefined) return 0;
    if (by >= order.quantity) {
      this.remove(order);
      return 0;
    }
    order.quantity -= by;
    return order.quantity;
  }

  remaining(handle: number): number {
    return this.own.get(handle)?.quantity ?? 0;
  }

  /** Background quantity in front of an own order, or -1 when it is not there. */
  ahead(handle: number): number {
    return this.own.get(handle)?.ahead ?? -1;
  }

  crosses(side: EngineSide, tick: number): boolean {
    return side === BUY ? this.bestAsk <= tick : this.bestBid >= tick;
  }

  depth(side: EngineSide, levels: number): EngineLevel[] {
    const { ticks, levels: byTick } = this.of(side);
    const result: EngineLevel[] = [];
    for (let i = ticks.length - 1; i >= 0 && result.length < levels; i--) {
      const tick = ticks[i]!;
      const level = byTick.get(tick)!;
      const seen = level.background - level.taken;
      const quantity = level.orders.reduce((sum, order) => sum + order.quantity, seen);
      if (quantity > 0) result.push({ tick, quantity, orders: level.orders.length + (seen > 0 ? 1 : 0) });
    }
    return result;
  }

  /** Own orders of a side, best price first, first in line first. */
  forEach(side: EngineSide, visit: (reference: number, tick: number, quantity: number, handle: number) => void): void {
    const { ticks, levels } = this.of(side);
    for (let i = ticks.length - 1; i >= 0; i--) {
      for (const order of levels.get(ticks[i]!)!.orders)
        visit(order.reference, order.tick, order.quantity, order.handle);
    }
  }

  forEachLevel(side: EngineSide, visit: (tick: number, background: number, taken: number) => void): void {
    const { ticks, levels } = this.of(side);
    for (const tick of ticks) {
      const { background, taken } = levels.get(tick)!;
      if (background > 0) visit(tick, background, taken);
    }
  }

  private of(side: EngineSide): Side {
    return side === BUY ? this.bids : this.asks;
  }

  /** Fills own orders against a background taker, best price first, at or (`strictly`) only better than `tick`; returns what it filled. */
  private cross(taker: EngineSide, tick: number, quantity: number, strictly = false): number {
    const makers = this.of(taker === BUY ? SELL : BUY);
    let left = quantity;
    for (let i = makers.ticks.length - 1; i >= 0 && left > 0 && makers.own > 0; i--) {
      const at = makers.ticks[i]!;
      if (strictly ? !makers.better(at, tick) : makers.better(tick, at)) break;
      const level = makers.levels.get(at)!;
      for (const order of [...level.orders]) if (left > 0) left -= this.give(order, BACKGROUND, left);
      makers.tidy(at, level);
    }
    return quantity - left;
  }

  /** One own order as maker; returns what it gave. */
  private give(order: OwnOrder, taker: number, wanted: number): number {
    const quantity = Math.min(wanted, order.quantity);
    const admitted = this.options.admit === undefined ? quantity : this.options.admit(order.reference, taker, quantity);
    order.quantity -= admitted;
    const over = admitted < quantity || order.quantity === 0;
    if (admitted > 0) this.options.onFill?.(order.reference, taker, order.tick, admitted);
    if (over) this.drop(order);
    return admitted;
  }

  private take(side: EngineSide, limit: number, quantity: number, taker: number): number {
    const makers = this.of(side === BUY ? SELL : BUY);
    let left = quantity;
    for (let i = makers.ticks.length - 1; i >= 0 && left > 0; i--) {
      const tick = makers.ticks[i]!;
      if (side === BUY ? tick > limit : tick < limit) break;
      left = this.takeLevel(makers, tick, left, taker);
    }
    return left;
  }

  private takeLevel(makers: Side, tick: number, quantity: number, taker: number): number {
    const level = makers.levels.get(tick)!;
    let left = quantity;
    for (const order of [...level.orders]) {
      left -= this.takeBackground(level, tick, Math.min(left, order.ahead), taker);
      if (left === 0) break;
      left -= this.give(order, taker, left);
    }
    left -= this.takeBackground(level, tick, left, taker);
    makers.tidy(tick, level);
    return left;
  }

  private takeBackground(level: Level, tick: number, wanted: number, taker: number): number {
    const quantity = Math.min(wanted, level.background - level.taken);
    if (quantity <= 0) return 0;
    level.taken += quantity;
    for (const order of level.orders) order.ahead = Math.max(0, order.ahead - quantity);
    this.options.onFill?.(BACKGROUND, taker, tick, quantity);
    return quantity;
  }

  private insert(side: EngineSide, tick: number, quantity: number, reference: number, ahead: number): number {
    const order: OwnOrder = { handle: ++this.lastHandle, reference, side, tick, quantity, ahead };
    this.of(side).make(tick).orders.push(order);
    this.of(side).own++;
    this.own.set(order.handle, order);
    return order.handle;
  }

  private drop(order: OwnOrder): void {
    const { orders } = this.of(order.side).levels.get(order.tick)!;
    orders.splice(orders.indexOf(order), 1);
    this.of(order.side).own--;
    this.own.delete(order.handle);
  }

  private remove(order: OwnOrder): void {
    this.drop(order);
    const side = this.of(order.side);
    side.tidy(order.tick, side.levels.get(order.tick)!);
  }
}
