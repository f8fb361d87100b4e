import type { Side } from '@argosy/domain';

/** Levels of one side as they came, in parallel columns: `ticks[i]` has `lots[i]`, zero lots removes the level. */
export interface LevelColumns {
  readonly ticks: readonly number[];
  readonly lots: readonly number[];
}
export const NO_LEVELS: LevelColumns = { ticks: [], lots: [] };

/** Levels kept a side. A liquid venue's book has a few thousand; what lies beyond is the far end and is dropped. */
export const BOOK_DEPTH_MAX = 16_384;
const FIRST_CAPACITY = 2_048;
/** Below this many elements a plain loop beats `copyWithin`. */
const SHORT_MOVE = 48;

/** One side as sorted keys with the best last, so that the changes near the touch move the fewest elements. */
class BookSide {
  keys = new Float64Array(FIRST_CAPACITY);
  lots = new Float64Array(FIRST_CAPACITY);
  length = 0;

  constructor(private readonly depthMax: number) {}

  set(key: number, lots: number): void {
    const keys = this.keys;
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((keys[middle] as number) < key) low = middle + 1;
      else high = middle;
    }
    if (low < this.length && keys[low] === key) {
      if (lots === 0) this.#remove(low);
      else this.lots[low] = lots;
    } else if (lots !== 0) this.#insert(low, key, lots);
  }

  #remove(at: number): void {
    const { keys, lots } = this;
    const last = this.length - 1;
    if (last - at > SHORT_MOVE) {
      keys.copyWithin(at, at + 1, last + 1);
      lots.copyWithin(at, at + 1, last + 1);
    } else {
      for (let index = at; index < last; index += 1) {
        keys[index] = keys[index + 1] as number;
        lots[index] = lots[index + 1] as number;
      }
    }
    this.length = last;
  }

  #insert(at: number, key: number, lots: number): void {
    let place = at;
    if (this.length === this.depthMax) {
      // Full: the worst level makes room, and a level worse than every kept one is not kept.
      if (place === 0) return;
      this.#remove(0);
      place -= 1;
    } else if (this.length === this.keys.length) this.#grow();
    const { keys, lots: column } = this;
    if (this.length - place > SHORT_MOVE) {
      keys.copyWithin(place + 1, place, this.length);
      column.copyWithin(place + 1, place, this.length);
    } else {
      for (let index = this.length; index > place; index -= 1) {
        keys[index] = keys[index - 1] as number;
        column[index] = column[index - 1] as number;
      }
    }
    keys[place] = key;
    column[place] = lots;
    this.length += 1;
  }

  #grow(): void {
    const capacity = Math.min(this.depthMax, this.keys.length * 2);
    const keys = new Float64Array(capacity);
    const lots = new Float64Array(capacity);
    keys.set(this.keys);
    lots.set(this.lots);
    this.keys = keys;
    this.lots = lots;
  }
}

/**
 * A price-ordered book in integer ticks and lots. Counts come from `DecimalUnit`, which guarantees whole numbers within
 * 2^53, positive ticks and no negative lots; the book itself checks nothing on the hot path.
 */
export class OrderBook {
  // A bid's key is its tick and an ask's is minus its tick: both sides then keep their best level last.
  readonly #bids: BookSide;
  readonly #asks: BookSide;

  /** @param depthMax levels kept a side, at least one. */
  constructor(depthMax: number = BOOK_DEPTH_MAX) {
    if (!Number.isSafeInteger(depthMax) || depthMax < 1)
      throw new RangeError(`a book keeps at least one level, was ${String(depthMax)}`);
    this.#bids = new BookSide(depthMax);
    this.#asks = new BookSide(depthMax);
  }

  clear(): void {
    this.#bids.length = 0;
    this.#asks.length = 0;
  }

  /** Sets one level; zero lots removes it, and removing what is not there changes nothing. */
  set(side: Side, ticks: number, lots: number): void {
    if (side === 'buy') this.#bids.set(ticks, lots);
    else this.#asks.set(-ticks, lots);
  }

  apply(bids: LevelColumns, asks: LevelColumns): void {
    const bidTicks = bids.ticks;
    for (let index = 0; index < bidTicks.length; index += 1)
      this.#bids.set(bidTicks[index] as number, bids.lots[index] as number);
    const askTicks = asks.ticks;
    for (let index = 0; index < askTicks.length; index += 1)
      this.#asks.set(-(askTicks[index] as number), asks.lots[index] as number);
  }

  /** Replaces everything. */
  load(bids: LevelColumns, asks: LevelColumns): void {
    this.clear();
    this.apply(bids, asks);
  }

  /** Zero when the side is empty: no price is zero. */
  get bestBidTicks(): number {
    return this.#bids.length === 0 ? 0 : (this.#bids.keys[this.#bids.length - 1] as number);
  }
  get bestBidLots(): number {
    return this.#bids.length === 0 ? 0 : (this.#bids.lots[this.#bids.length - 1] as number);
  }
  get bestAskTicks(): number {
    return this.#asks.length === 0 ? 0 : -(this.#asks.keys[this.#asks.length - 1] as number);
  }
  get bestAskLots(): number {
    return this.#asks.length === 0 ? 0 : (this.#asks.lots[this.#asks.length - 1] as number);
  }

  /** Best bid at or above best ask: a book no exchange can have after matching. */
  get isCrossed(): boolean {
    return this.#bids.length > 0 && this.#asks.length > 0 && this.bestBidTicks >= this.bestAskTicks;
  }
  get isOneSided(): boolean {
    return this.#bids.length === 0 || this.#asks.length === 0;
  }

  depth(side: Side): number {
    return side === 'buy' ? this.#bids.length : this.#asks.length;
  }

  /** Visits at most `count` levels, best first. */
  visit(side: Side, count: number, see: (ticks: number, lots: number) => void): void {
    const { keys, lots, length } = side === 'buy' ? this.#bids : this.#asks;
    const sign = side === 'buy' ? 1 : -1;
    const end = Math.max(0, length - count);
    for (let index = length - 1; index >= end; index -= 1) see(sign * (keys[index] as number), lots[index] as number);
  }

  /** Lots resting at a price; zero where there is no level. */
  lotsAt(side: Side, ticks: number): number {
    const book = side === 'buy' ? this.#bids : this.#asks;
    const key = side === 'buy' ? ticks : -ticks;
    const index = book.keys.subarray(0, book.length).indexOf(key);
    return index < 0 ? 0 : (book.lots[index] as number);
  }
}
