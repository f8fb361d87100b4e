/**
 * Price-time matching of one instrument on integer ticks and lots. Orders live in recycled slots of typed arrays and
 * hang in intrusive queues, so memory is bounded by the most orders that ever rested at once. Callbacks run while the
 * book is being changed and must not call back into it.
 */
import { assert } from '@argosy/domain';
import { PriceLadder } from './price-ladder.js';

export const BUY = 0;
export const SELL = 1;
export type EngineSide = typeof BUY | typeof SELL;

export const GTC = 0;
export const IOC = 1;
export const POST_ONLY = 2;
export type EngineTimeInForce = typeof GTC | typeof IOC | typeof POST_ONLY;

/** Answers of `limit` that are not a handle. */
export const NOT_RESTING = 0;
export const WOULD_MATCH = -1;
export const BOOK_FULL = -2;

/** No bid, no ask: what `bestBid` and `bestAsk` say of an empty side. */
export const NO_BID = -1;
export const NO_ASK = 0x7fffffff;
/** Largest legal tick and quantity. */
export const TICK_MAX = NO_ASK - 1;
export const QUANTITY_MAX = 0x7fffffff;
/** Handles carry the slot in their low bits, which bounds the orders of one book. */
const SLOT_BITS = 22;
const SLOT_MASK = (1 << SLOT_BITS) - 1;
const GENERATION = 1 << SLOT_BITS;
export const ORDER_CAPACITY_MAX = 1 << SLOT_BITS;

const ORDER_CAPACITY_START = 1 << 12;
const LADDER_TICKS_START = 1 << 12;
export const LADDER_TICKS_MAX = 1 << 22;

export interface EngineLevel {
  readonly tick: number;
  readonly quantity: number;
  readonly orders: number;
}

export interface EngineOptions {
  /** Most orders that may rest at once; a power of two, at most `ORDER_CAPACITY_MAX`. */
  readonly capacityMax?: number;
  /** Widest dense window, in ticks; levels beyond it are legal and slower. */
  readonly ladderTicksMax?: number;
  /** After each fill, maker and taker by the references they were placed with. */
  readonly onFill?: (maker: number, taker: number, tick: number, quantity: number) => void;
  /**
   * Before each fill: how much of `quantity` the maker may give. Less than it asks leaves the maker with nothing more:
   * the rest of it is withdrawn, which is how self-trades and reduce-only orders end.
   */
  readonly admit?: (maker: number, taker: number, quantity: number) => number;
}

export class PriceTimeEngine {
  bestBid = NO_BID;
  bestAsk = NO_ASK;
  /** Orders resting now. */
  live = 0;
  /** What the newest `limit` or `market` traded. */
  filled = 0;

  private readonly ladder: PriceLadder;
  private capacity: number;
  private readonly capacityMax: number;
  private next: Int32Array;
  private previous: Int32Array;
  private quantity: Int32Array;
  private tick: Int32Array;
  private side: Uint8Array;
  private handles: Float64Array;
  private references: Float64Array;
  private free = 0;
  private readonly onFill: EngineOptions['onFill'];
  private readonly admit: EngineOptions['admit'];

  constructor(options: EngineOptions = {}) {
    this.capacityMax = options.capacityMax ?? ORDER_CAPACITY_MAX;
    assert(
      this.capacityMax >= 1 && this.capacityMax <= ORDER_CAPACITY_MAX,
      `order capacity ${String(this.capacityMax)} is not in 1…${String(ORDER_CAPACITY_MAX)}`,
    );
    const ticksMax = options.ladderTicksMax ?? LADDER_TICKS_MAX;
    this.ladder = new PriceLadder(Math.min(LADDER_TICKS_START, ticksMax), ticksMax);
    this.capacity = Math.min(ORDER_CAPACITY_START, this.capacityMax);
    this.next = new Int32Array(this.capacity);
    this.previous = new Int32Array(this.capacity);
    this.quantity = new Int32Array(this.capacity);
    this.tick = new Int32Array(this.capacity);
    this.side = new Uint8Array(this.capacity);
    this.handles = new Float64Array(this.capacity);
    this.references = new Float64Array(this.capacity);
    this.chain(0);
    this.onFill = options.onFill;
    this.admit = options.admit;
  }

  /**
   * Matches, then rests what is left of a `GTC` or `POST_ONLY` order. `reference` is the caller's own number for it,
   * handed to the callbacks. Returns the handle of the resting order, or `NOT_RESTING`, `WOULD_MATCH` (a post-only order
   * that crosses), `BOOK_FULL`; the last two change nothing.
   */
  limit(side: EngineSide, tick: number, quantity: number, timeInForce: EngineTimeInForce = GTC, reference = 0): number {
    this.check(tick, quantity);
    this.filled = 0;
    let left = quantity;
    const crosses = this.crosses(side, tick);
    if (crosses && timeInForce === POST_ONLY) return WOULD_MATCH;
    if (timeInForce !== IOC && this.free < 0 && !this.widen()) return BOOK_FULL;
    if (crosses) left = side === BUY ? this.lift(tick, quantity, reference) : this.hit(tick, quantity, reference);
    this.filled = quantity - left;
    return left === 0 || timeInForce === IOC ? NOT_RESTING : this.rest(side, tick, left, reference);
  }

  /** Takes up to `quantity` at any price; returns what it traded. */
  market(side: EngineSide, quantity: number, reference = 0): number {
    this.check(0, quantity);
    const left = side === BUY ? this.lift(TICK_MAX, quantity, reference) : this.hit(0, quantity, reference);
    return (this.filled = quantity - left);
  }

  /** Returns the quantity withdrawn, 0 when the order is not there (any more). */
  cancel(handle: number): number {
    const slot = handle & SLOT_MASK;
    if (this.handles[slot] !== handle) return 0;
    const left = this.quantity[slot]!;
    this.drop(slot);
    return left;
  }

  /** Takes `by` off a resting order, which keeps its place; all of it or more withdraws it. Returns what is left. */
  reduce(handle: number, by: number): number {
    const slot = handle & SLOT_MASK;
    if (this.handles[slot] !== handle) return 0;
    this.check(0, by);
    const left = this.quantity[slot]!;
    if (by >= left) {
      this.drop(slot);
      return 0;
    }
    this.quantity[slot] = left - by;
    this.ladder.total[this.ladder.find(this.tick[slot]!)]! -= by;
    return left - by;
  }

  /**
   * A smaller quantity at the same price keeps the order's place and handle; anything else is a cancel and a new order
   * with the same reference. Answers as `limit` does, `NOT_RESTING` also for an order that is not there.
   */
  modify(handle: number, tick: number, quantity: number, timeInForce: EngineTimeInForce = GTC): number {
    const slot = handle & SLOT_MASK;
    if (this.handles[slot] !== handle) return NOT_RESTING;
    this.check(tick, quantity);
    this.filled = 0;
    const side = this.side[slot] as EngineSide;
    const left = this.quantity[slot]!;
    if (tick === this.tick[slot] && quantity <= left) {
      if (quantity < left) this.reduce(handle, left - quantity);
      return handle;
    }
    if (timeInForce === POST_ONLY && this.crosses(side, tick)) return WOULD_MATCH;
    const reference = this.references[slot]!;
    this.drop(slot);
    return this.limit(side, tick, quantity, timeInForce, reference);
  }

  /** What is left of a resting order, 0 when it is not there. */
  remaining(handle: number): number {
    const slot = handle & SLOT_MASK;
    return this.handles[slot] === handle ? this.quantity[slot]! : 0;
  }

  /** Quantity in front of a resting order at its price, or -1 when it is not there. */
  ahead(handle: number): number {
    const slot = handle & SLOT_MASK;
    if (this.handles[slot] !== handle) return -1;
    let sum = 0;
    for (let other = this.previous[slot]!; other >= 0; other = this.previous[other]!) sum += this.quantity[other]!;
    return sum;
  }

  crosses(side: EngineSide, tick: number): boolean {
    return side === BUY ? this.bestAsk <= tick : this.bestBid >= tick;
  }

  /** The best `levels` levels of a side, best first. */
  depth(side: EngineSide, levels: number): EngineLevel[] {
    const result: EngineLevel[] = [];
    let tick = side === BUY ? this.bestBid : this.bestAsk;
    while (result.length < levels && tick !== NO_BID && tick !== NO_ASK) {
      const index = this.ladder.find(tick);
      result.push({ tick, quantity: this.ladder.total[index]!, orders: this.ladder.count[index]! });
      tick = side === BUY ? this.ladder.below(tick) : this.ladder.above(tick, NO_ASK);
    }
    return result;
  }

  /** Every resting order of a side, best price first, first in line first. */
  forEach(side: EngineSide, visit: (reference: number, tick: number, quantity: number, handle: number) => void): void {
    let tick = side === BUY ? this.bestBid : this.bestAsk;
    while (tick !== NO_BID && tick !== NO_ASK) {
      for (let slot = this.ladder.head[this.ladder.find(tick)]!; slot >= 0; slot = this.next[slot]!) {
        visit(this.references[slot]!, tick, this.quantity[slot]!, this.handles[slot]!);
      }
      tick = side === BUY ? this.ladder.below(tick) : this.ladder.above(tick, NO_ASK);
    }
  }

  private check(tick: number, quantity: number): void {
    if ((tick | 0) !== tick || tick < 0 || tick > TICK_MAX)
      throw new RangeError(`tick ${String(tick)} is not an integer in 0…${String(TICK_MAX)}`);
    if ((quantity | 0) !== quantity || quantity < 1)
      throw new RangeError(`quantity ${String(quantity)} is not an integer in 1…${String(QUANTITY_MAX)}`);
  }

  private lift(limit: number, quantity: number, taker: number): number {
    let left = quantity;
    while (left > 0 && this.bestAsk <= limit) left = this.take(this.bestAsk, left, taker);
    return left;
  }

  private hit(limit: number, quantity: number, taker: number): number {
    let left = quantity;
    while (left > 0 && this.bestBid >= limit) left = this.take(this.bestBid, left, taker);
    return left;
  }

  /** Trades with the queue at one price; returns what is still wanted. */
  private take(tick: number, quantity: number, taker: number): number {
    const { ladder, onFill } = this;
    const level = ladder.find(tick);
    let left = quantity;
    let slot = ladder.head[level]!;
    while (slot >= 0 && left > 0) {
      const following = this.next[slot]!;
      const resting = this.quantity[slot]!;
      let traded = left < resting ? left : resting;
      let ends = traded === resting;
      if (this.admit !== undefined) {
        const admitted = this.admit(this.references[slot]!, taker, traded);
        if (admitted < traded) {
          traded = admitted;
          ends = true;
        }
      }
      if (traded > 0) {
        left -= traded;
        if (!ends) {
          this.quantity[slot] = resting - traded;
          ladder.total[level]! -= traded;
        }
        if (onFill !== undefined) onFill(this.references[slot]!, taker, tick, traded);
      }
      if (ends) this.drop(slot);
      slot = following;
    }
    return left;
  }

  private rest(side: EngineSide, tick: number, quantity: number, reference: number): number {
    const slot = this.free;
    this.free = this.next[slot]!;
    const level = this.ladder.make(tick);
    const { ladder } = this;
    const last = ladder.tail[level]!;
    this.quantity[slot] = quantity;
    this.tick[slot] = tick;
    this.side[slot] = side;
    this.references[slot] = reference;
    this.previous[slot] = last;
    this.next[slot] = -1;
    ladder.tail[level] = slot;
    ladder.total[level]! += quantity;
    ladder.count[level]!++;
    if (last >= 0) this.next[last] = slot;
    else {
      ladder.head[level] = slot;
      ladder.occupy(tick, level);
      if (side === BUY) {
        if (tick > this.bestBid) this.bestBid = tick;
      } else if (tick < this.bestAsk) this.bestAsk = tick;
    }
    this.live++;
    return this.handles[slot]!;
  }

  private drop(slot: number): void {
    const { ladder } = this;
    const tick = this.tick[slot]!;
    const level = ladder.find(tick);
    const before = this.previous[slot]!;
    const after = this.next[slot]!;
    if (before >= 0) this.next[before] = after;
    else ladder.head[level] = after;
    if (after >= 0) this.previous[after] = before;
    else ladder.tail[level] = before;
    ladder.total[level]! -= this.quantity[slot]!;
    ladder.count[level]!--;
    if (before < 0 && after < 0) {
      ladder.vacate(tick, level);
      if (tick === this.bestBid) this.bestBid = ladder.below(tick);
      else if (tick === this.bestAsk) this.bestAsk = ladder.above(tick, NO_ASK);
    }
    // The old handle never fits again: a late cancel cannot hit whoever has the slot next.
    this.handles[slot]! += GENERATION;
    this.next[slot] = this.free;
    this.free = slot;
    this.live--;
  }

  private chain(from: number): void {
    for (let slot = from; slot < this.capacity; slot++) {
      this.next[slot] = slot + 1 < this.capacity ? slot + 1 : -1;
      this.handles[slot] = GENERATION + slot;
    }
    this.free = from;
  }

  private widen(): boolean {
    if (this.capacity >= this.capacityMax) return false;
    const from = this.capacity;
    this.capacity = Math.min(this.capacity * 2, this.capacityMax);
    const grown = <T extends Int32Array | Uint8Array | Float64Array>(wide: T, narrow: T): T => {
      wide.set(narrow);
      return wide;
    };
    this.next = grown(new Int32Array(this.capacity), this.next);
    this.previous = grown(new Int32Array(this.capacity), this.previous);
    this.quantity = grown(new Int32Array(this.capacity), this.quantity);
    this.tick = grown(new Int32Array(this.capacity), this.tick);
    this.side = grown(new Uint8Array(this.capacity), this.side);
    this.handles = grown(new Float64Array(this.capacity), this.handles);
    this.references = grown(new Float64Array(this.capacity), this.references);
    this.chain(from);
    return true;
  }
}
