/**
 * The floor of matching: a dense ladder of prices, queues in typed arrays, an order's id is its slot. It checks nothing,
 * knows no owner and tells nobody; it only counts, so that its work can be compared.
 */
const NONE = -1;

interface Queues {
  readonly head: Int32Array;
  readonly tail: Int32Array;
}

export class BareLadder {
  trades = 0;
  volume = 0;
  resting = 0;
  private bestBid = NONE;
  private bestAsk: number;
  private readonly next: Int32Array;
  private readonly previous: Int32Array;
  private readonly left: Int32Array;
  private readonly price: Int32Array;
  private readonly sideOf: Uint8Array;
  private readonly alive: Uint8Array;
  private readonly bids: Queues;
  private readonly asks: Queues;

  /** @param ids ids are below this; @param prices prices are below this. */
  constructor(
    ids = 1 << 21,
    private readonly prices = 1 << 17,
  ) {
    this.next = new Int32Array(ids);
    this.previous = new Int32Array(ids);
    this.left = new Int32Array(ids);
    this.price = new Int32Array(ids);
    this.sideOf = new Uint8Array(ids);
    this.alive = new Uint8Array(ids);
    this.bids = { head: new Int32Array(prices).fill(NONE), tail: new Int32Array(prices).fill(NONE) };
    this.asks = { head: new Int32Array(prices).fill(NONE), tail: new Int32Array(prices).fill(NONE) };
    this.bestAsk = prices;
  }

  isResting(id: number): boolean {
    return this.alive[id] === 1;
  }

  limit(id: number, side: number, price: number, quantity: number): void {
    let wanted = quantity;
    if (side === 0) while (wanted > 0 && this.bestAsk <= price) wanted = this.take(this.asks, this.bestAsk, wanted);
    else while (wanted > 0 && this.bestBid >= price) wanted = this.take(this.bids, this.bestBid, wanted);
    if (wanted > 0) this.rest(id, side, price, wanted);
  }

  market(side: number, quantity: number): void {
    let wanted = quantity;
    if (side === 0)
      while (wanted > 0 && this.bestAsk < this.prices) wanted = this.take(this.asks, this.bestAsk, wanted);
    else while (wanted > 0 && this.bestBid >= 0) wanted = this.take(this.bids, this.bestBid, wanted);
  }

  cancel(id: number): void {
    if (this.alive[id] === 1) this.remove(id);
  }

  /** Quantity at every price of a side that has any, prices rising. */
  *levels(side: number): Generator<readonly [price: number, quantity: number]> {
    const { head } = side === 0 ? this.bids : this.asks;
    for (let price = 0; price < this.prices; price += 1) {
      let sum = 0;
      for (let id = head[price]!; id !== NONE; id = this.next[id]!) sum += this.left[id]!;
      if (sum > 0) yield [price, sum];
    }
  }

  private rest(id: number, side: number, price: number, quantity: number): void {
    const { head, tail } = side === 0 ? this.bids : this.asks;
    const last = tail[price]!;
    this.sideOf[id] = side;
    this.price[id] = price;
    this.left[id] = quantity;
    this.alive[id] = 1;
    this.previous[id] = last;
    this.next[id] = NONE;
    if (last === NONE) head[price] = id;
    else this.next[last] = id;
    tail[price] = id;
    this.resting += 1;
    if (side === 0) {
      if (price > this.bestBid) this.bestBid = price;
    } else if (price < this.bestAsk) this.bestAsk = price;
  }

  private take(queues: Queues, price: number, quantity: number): number {
    let wanted = quantity;
    let maker = queues.head[price]!;
    while (maker !== NONE && wanted > 0) {
      const left = this.left[maker]!;
      const traded = wanted < left ? wanted : left;
      wanted -= traded;
      this.left[maker] = left - traded;
      this.trades += 1;
      this.volume += traded;
      const following = this.next[maker]!;
      if (left === traded) this.remove(maker);
      maker = following;
    }
    return wanted;
  }

  private remove(id: number): void {
    const side = this.sideOf[id]!;
    const price = this.price[id]!;
    const { head, tail } = side === 0 ? this.bids : this.asks;
    const before = this.previous[id]!;
    const after = this.next[id]!;
    if (before === NONE) head[price] = after;
    else this.next[before] = after;
    if (after === NONE) tail[price] = before;
    else this.previous[after] = before;
    this.alive[id] = 0;
    this.resting -= 1;
    if (head[price] === NONE) this.retouch(side, price, head);
  }

  /** A level went empty: if it was the best, the next one that is not takes over. */
  private retouch(side: number, price: number, head: Int32Array): void {
    let at = price;
    if (side === 0) {
      if (price !== this.bestBid) return;
      while (at >= 0 && head[at] === NONE) at -= 1;
      this.bestBid = at;
    } else {
      if (price !== this.bestAsk) return;
      while (at < this.prices && head[at] === NONE) at += 1;
      this.bestAsk = at;
    }
  }
}
