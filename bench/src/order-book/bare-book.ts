const CAPACITY = 16_384;
/** Below this many elements a loop beats `copyWithin`. */
const SHORT_MOVE = 48;

/** Prices rise towards the best, which is last. */
class BareSide {
  private readonly prices = new Int32Array(CAPACITY);
  private readonly sizes = new Float64Array(CAPACITY);
  private length = 0;

  get best(): number {
    return this.prices[this.length - 1]!;
  }

  set(price: number, size: number): void {
    const { prices, length } = this;
    let low = 0;
    let high = length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (prices[middle]! < price) low = middle + 1;
      else high = middle;
    }
    if (low < length && prices[low] === price) {
      if (size === 0) this.remove(low);
      else this.sizes[low] = size;
    } else if (size !== 0) this.insert(low, price, size);
  }

  private remove(at: number): void {
    const { prices, sizes, length } = this;
    if (length - at > SHORT_MOVE) {
      prices.copyWithin(at, at + 1, length);
      sizes.copyWithin(at, at + 1, length);
    } else {
      for (let index = at + 1; index < length; index += 1) {
        prices[index - 1] = prices[index]!;
        sizes[index - 1] = sizes[index]!;
      }
    }
    this.length = length - 1;
  }

  private insert(at: number, price: number, size: number): void {
    const { prices, sizes, length } = this;
    if (length - at > SHORT_MOVE) {
      prices.copyWithin(at + 1, at, length);
      sizes.copyWithin(at + 1, at, length);
    } else {
      for (let index = length; index > at; index -= 1) {
        prices[index] = prices[index - 1]!;
        sizes[index] = sizes[index - 1]!;
      }
    }
    prices[at] = price;
    sizes[at] = size;
    this.length = length + 1;
  }
}

/** The floor of order books: a pair of sorted typed arrays a side, no limit, no question asked. */
export class BareBook {
  private readonly bids = new BareSide();
  private readonly asks = new BareSide();

  /** @param price of a bid as it is, of an ask below zero: both sides then rise towards their best. */
  set(side: 0 | 1, price: number, size: number): void {
    if (side === 0) this.bids.set(price, size);
    else this.asks.set(price, size);
  }

  best(side: 0 | 1): number {
    return side === 0 ? this.bids.best : this.asks.best;
  }
}
