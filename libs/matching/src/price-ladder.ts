/**
 * The levels of one book by price: a dense window of ticks that doubles around whatever is used, and beyond its named
 * maximum a small map, so that any tick is legal while the market itself stays in flat arrays. A level belongs to one
 * side at a time because a book never crosses, so one set of arrays and one bitmap serve both.
 */
import { assert } from '@argosy/domain';

const WORD_BITS = 5;

export class PriceLadder {
  /** First and last slot of each level's queue, -1 when empty; quantity and number of orders in it. */
  head: Int32Array;
  tail: Int32Array;
  total: Float64Array;
  count: Int32Array;
  /** Tick of level 0 and number of dense levels. */
  base = -1;
  size: number;
  private bits: Int32Array;
  /** Levels outside of the window: tick to index beyond `size`. Empty in every ordinary market. */
  private readonly outliers = new Map<number, number>();
  private readonly freeOutliers: number[] = [];
  private outlierEnd = 0;

  constructor(
    initialTicks: number,
    private readonly ticksMax: number,
  ) {
    assert(
      initialTicks >= 32 && (initialTicks & (initialTicks - 1)) === 0,
      `ladder of ${String(initialTicks)} ticks is not a power of two from 32 on`,
    );
    assert(ticksMax >= initialTicks, `ladder maximum ${String(ticksMax)} is below its start ${String(initialTicks)}`);
    this.size = initialTicks;
    this.head = new Int32Array(initialTicks).fill(-1);
    this.tail = new Int32Array(initialTicks).fill(-1);
    this.total = new Float64Array(initialTicks);
    this.count = new Int32Array(initialTicks);
    this.bits = new Int32Array(initialTicks >> WORD_BITS);
  }

  /** Index of the level at `tick`, or -1 when it was never made. */
  find(tick: number): number {
    const index = tick - this.base;
    if (index >= 0 && index < this.size && this.base >= 0) return index;
    return this.outliers.get(tick) ?? -1;
  }

  /** Index of the level at `tick`, made when it is new. */
  make(tick: number): number {
    const index = tick - this.base;
    if (index >= 0 && index < this.size && this.base >= 0) return index;
    return this.reach(tick);
  }

  occupy(tick: number, index: number): void {
    if (index < this.size) this.bits[index >> WORD_BITS]! |= 1 << (index & 31);
    else this.outliers.set(tick, index);
  }

  vacate(tick: number, index: number): void {
    if (index < this.size) {
      this.bits[index >> WORD_BITS]! &= ~(1 << (index & 31));
      return;
    }
    this.outliers.delete(tick);
    this.freeOutliers.push(index);
  }

  /** The highest occupied tick below `tick`, or -1. */
  below(tick: number): number {
    const from = tick - this.base;
    let found = -1;
    if (from > 0 && this.base >= 0) found = this.denseBelow(from > this.size ? this.size : from);
    if (this.outliers.size > 0)
      for (const other of this.outliers.keys()) if (other < tick && other > found) found = other;
    return found;
  }

  /** The lowest occupied tick above `tick`, or `none`. */
  above(tick: number, none: number): number {
    const from = tick - this.base;
    let found = none;
    if (from < this.size && this.base >= 0) found = this.denseAbove(from < -1 ? -1 : from, none);
    if (this.outliers.size > 0)
      for (const other of this.outliers.keys()) if (other > tick && other < found) found = other;
    return found;
  }

  /** Below level `from` (exclusive), as a tick. */
  private denseBelow(from: number): number {
    const last = from - 1;
    let word = last >> WORD_BITS;
    let bits = this.bits[word]! & (-1 >>> (31 - (last & 31)));
    while (bits === 0) {
      if (--word < 0) return -1;
      bits = this.bits[word]!;
    }
    return this.base + (word << WORD_BITS) + 31 - Math.clz32(bits);
  }

  /** Above level `from` (exclusive), as a tick. */
  private denseAbove(from: number, none: number): number {
    const first = from + 1;
    if (first >= this.size) return none;
    let word = first >> WORD_BITS;
    let bits = this.bits[word]! & (-1 << (first & 31));
    const words = this.bits.length;
    while (bits === 0) {
      if (++word >= words) return none;
      bits = this.bits[word]!;
    }
    return this.base + (word << WORD_BITS) + 31 - Math.clz32(bits & -bits);
  }

  private reach(tick: number): number {
    if (this.base < 0) {
      this.base = Math.max(0, tick - (this.size >> 1));
      return tick - this.base;
    }
    const known = this.outliers.get(tick);
    if (known !== undefined) return known;
    if (this.bits.every((word) => word === 0)) {
      this.rebase(tick);
      return tick - this.base;
    }
    if (this.outliers.size === 0 && this.grow(tick)) return tick - this.base;
    return this.makeOutlier();
  }

  /** Moves an empty window over `tick` and takes in the outliers that it now covers. */
  private rebase(tick: number): void {
    this.base = Math.max(0, tick - (this.size >> 1));
    for (const [other, from] of this.outliers) {
      const to = other - this.base;
      if (to < 0 || to >= this.size) continue;
      this.head[to] = this.head[from]!;
      this.tail[to] = this.tail[from]!;
      this.total[to] = this.total[from]!;
      this.count[to] = this.count[from]!;
      this.vacate(other, from);
      this.occupy(other, to);
    }
  }

  /** Doubles the window until it holds `tick`, keeping room on both sides; false when the maximum does not reach. */
  private grow(tick: number): boolean {
    const low = Math.min(tick, this.base);
    const high = Math.max(tick, this.base + this.size - 1);
    let size = this.size;
    while (size < high - low + 1) size *= 2;
    if (size > this.ticksMax) return false;
    const base = Math.max(0, low - ((size - (high - low + 1)) >> 1));
    const shift = this.base - base;
    const head = new Int32Array(size).fill(-1);
    const tail = new Int32Array(size).fill(-1);
    const total = new Float64Array(size);
    const count = new Int32Array(size);
    head.set(this.head.subarray(0, this.size), shift);
    tail.set(this.tail.subarray(0, this.size), shift);
    total.set(this.total.subarray(0, this.size), shift);
    count.set(this.count.subarray(0, this.size), shift);
    this.head = head;
    this.tail = tail;
    this.total = total;
    this.count = count;
    this.size = size;
    this.base = base;
    this.bits = new Int32Array(size >> WORD_BITS);
    for (let index = 0; index < size; index++) if (head[index]! >= 0) this.occupy(base + index, index);
    this.outlierEnd = size;
    this.freeOutliers.length = 0;
    return true;
  }

  private makeOutlier(): number {
    if (this.outlierEnd < this.size) this.outlierEnd = this.size;
    const index = this.freeOutliers.pop() ?? this.outlierEnd++;
    if (index >= this.head.length) this.extend(Math.max(64, this.head.length - this.size) * 2);
    this.head[index] = -1;
    this.tail[index] = -1;
    this.total[index] = 0;
    this.count[index] = 0;
    return index;
  }

  private extend(room: number): void {
    const length = this.size + room;
    const widen = <T extends Int32Array | Float64Array>(wide: T, narrow: T): T => {
      wide.set(narrow);
      return wide;
    };
    this.head = widen(new Int32Array(length).fill(-1), this.head);
    this.tail = widen(new Int32Array(length).fill(-1), this.tail);
    this.total = widen(new Float64Array(length), this.total);
    this.count = widen(new Int32Array(length), this.count);
  }
}
