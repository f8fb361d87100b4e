const CAPACITY = 16_384;
/** Below this many elements a loop beats `copyWithin`. */
const SHORT_MOVE = 32;

/** The floor of order books: two pairs of sorted arrays, best level last, no limit, no question asked. */
export class BareBook {
  private readonly prices = [new Float64Array(CAPACITY), new Float64Array(CAPACITY)] as const;
  private readonly sizes = [new Float64Array(CAPACITY), new Float64Array(CAPACITY)] as const;
  private readonly length = [0, 0] as [number, number];

  /** @param price of a bid as it is, of an ask below zero: both sides then rise towards their best. */
  set(side: 0 | 1, price: number, size: number): void {
    const prices = this.prices[side];
    const sizes = this.sizes[side];
    const length = this.length[side];
    let low = 0;
    let high = length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (prices[middle]! < price) low = middle + 1;
      else high = middle;
    }
    if (low < length && prices[low] === price) {
      if (size !== 0) {
        sizes[low] = size;
        return;
      }
      shift(prices, low + 1, low, length);
      shift(sizes, low + 1, low, length);
      this.length[side] = length - 1;
    } else if (size !== 0) {
      shift(prices, low, low + 1, length);
      shift(sizes, low, low + 1, length);
      prices[low] = price;
      sizes[low] = size;
      this.length[side] = length + 1;
    }
  }

  best(side: 0 | 1): number {
    return this.prices[side][this.length[side] - 1]!;
  }
}

/** Moves the elements `from` … `end` to begin at `to`, one place up or down. */
function shift(array: Float64Array, from: number, to: number, end: number): void {
  if (end - from > SHORT_MOVE) {
    array.copyWithin(to, from, end);
  } else if (to < from) {
    for (let index = from; index < end; index += 1) array[index - 1] = array[index]!;
  } else {
    for (let index = end; index > from; index -= 1) array[index] = array[index - 1]!;
  }
}
