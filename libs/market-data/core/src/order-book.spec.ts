import type { Side } from '@argosy/domain';
import fc from 'fast-check';
import { OrderBook } from './order-book.js';

/** The obvious book: a map a side, sorted when read. */
class PlainBook {
  readonly #levels = { buy: new Map<number, number>(), sell: new Map<number, number>() };
  set(side: Side, ticks: number, lots: number): void {
    if (lots === 0) this.#levels[side].delete(ticks);
    else this.#levels[side].set(ticks, lots);
  }
  top(side: Side, count: number): readonly (readonly [number, number])[] {
    const sign = side === 'buy' ? -1 : 1;
    return [...this.#levels[side]].sort(([a], [b]) => sign * (a - b)).slice(0, count);
  }
}

const top = (book: OrderBook, side: Side, count: number): readonly (readonly [number, number])[] => {
  const levels: (readonly [number, number])[] = [];
  book.visit(side, count, (ticks, lots) => levels.push([ticks, lots]));
  return levels;
};

describe('an order book', () => {
  const change = fc.record({
    side: fc.constantFrom<Side>('buy', 'sell'),
    ticks: fc.integer({ min: 1, max: 200 }),
    lots: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 9 })),
  });

  it('holds what a sorted map holds, whatever the order of changes', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 400 }), (changes) => {
        const book = new OrderBook();
        const plain = new PlainBook();
        for (const { side, ticks, lots } of changes) {
          book.set(side, ticks, lots);
          plain.set(side, ticks, lots);
        }
        for (const side of ['buy', 'sell'] as const) expect(top(book, side, 1_000)).toEqual(plain.top(side, 1_000));
      }),
    );
  });

  it('keeps the best levels when it is full, and drops the worst', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 500 }), { minLength: 1, maxLength: 60 }), (ticks) => {
        const book = new OrderBook(7);
        for (const tick of ticks) {
          book.set('buy', tick, 1);
          book.set('sell', tick + 1_000, 1);
        }
        const sorted = [...ticks].sort((a, b) => a - b);
        expect(top(book, 'buy', 100).map(([tick]) => tick)).toEqual([...sorted].reverse().slice(0, 7));
        expect(top(book, 'sell', 100).map(([tick]) => tick - 1_000)).toEqual(sorted.slice(0, 7));
      }),
    );
  });

  it('grows past its first capacity', () => {
    const book = new OrderBook();
    for (let tick = 1; tick <= 5_000; tick += 1) book.set('buy', tick, tick);
    expect(book.depth('buy')).toBe(5_000);
    expect(book.bestBidTicks).toBe(5_000);
    expect(book.lotsAt('buy', 1)).toBe(1);
  });

  const pictures: readonly [story: string, bid: number, ask: number, crossed: boolean, oneSided: boolean][] = [
    ['apart', 100, 101, false, false],
    ['locked', 100, 100, true, false],
    ['crossed', 101, 100, true, false],
    ['without asks', 100, 0, false, true],
    ['empty', 0, 0, false, true],
  ];
  it.each(pictures)('knows a book that is %s', (_story, bid, ask, crossed, oneSided) => {
    const book = new OrderBook();
    if (bid > 0) book.set('buy', bid, 2);
    if (ask > 0) book.set('sell', ask, 3);
    expect([book.bestBidTicks, book.bestAskTicks]).toEqual([bid, ask]);
    expect([book.isCrossed, book.isOneSided]).toEqual([crossed, oneSided]);
  });

  it('forgets everything when a new picture is loaded', () => {
    const book = new OrderBook();
    book.set('buy', 100, 1);
    book.load({ ticks: [90], lots: [5] }, { ticks: [95], lots: [6] });
    expect(top(book, 'buy', 10)).toEqual([[90, 5]]);
    expect([book.bestBidLots, book.bestAskLots]).toEqual([5, 6]);
  });
});
