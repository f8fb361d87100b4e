import fc from 'fast-check';
import {
  BACKGROUND,
  BUY,
  type EngineSide,
  GTC,
  IOC,
  NO_ASK,
  NO_BID,
  POST_ONLY,
  QueuePositionBook,
  SELL,
  WOULD_MATCH,
} from './index.js';

type Trade = [maker: number, taker: number, tick: number, quantity: number];

function aBook(): { book: QueuePositionBook; trades: Trade[] } {
  const trades: Trade[] = [];
  const book = new QueuePositionBook({ onFill: (...trade) => trades.push(trade) });
  book.setLevel(BUY, 100, 50);
  book.setLevel(BUY, 99, 80);
  book.setLevel(SELL, 101, 40);
  book.setLevel(SELL, 102, 90);
  return { book, trades };
}

describe('queue-position book', () => {
  it('fills a resting order only once the recorded trades have eaten what stood in front', () => {
    const { book, trades } = aBook();
    const mine = book.limit(BUY, 100, 10, GTC, 7);
    book.print(SELL, 100, 30);
    expect([book.ahead(mine), trades]).toEqual([20, []]);
    book.print(SELL, 100, 25);
    expect([book.remaining(mine), trades]).toEqual([5, [[7, BACKGROUND, 100, 5]]]);
    book.print(SELL, 100, 100);
    expect([book.remaining(mine), trades]).toEqual([
      0,
      [
        [7, BACKGROUND, 100, 5],
        [7, BACKGROUND, 100, 5],
      ],
    ]);
  });

  it('moves forward when the level is restated smaller than what stood in front, and never back', () => {
    const { book } = aBook();
    const mine = book.limit(BUY, 100, 10, GTC, 7);
    book.setLevel(BUY, 100, 12);
    book.setLevel(BUY, 100, 500);
    expect(book.ahead(mine)).toBe(12);
  });

  it('is filled at its own price by a trade beyond it, before anyone at the trade price', () => {
    const { book, trades } = aBook();
    book.limit(BUY, 100, 10, GTC, 7);
    book.print(SELL, 99, 6);
    expect(trades).toEqual([[7, BACKGROUND, 100, 6]]);
  });

  it('what was taken stays gone until the level is restated', () => {
    const { book, trades } = aBook();
    book.limit(BUY, 101, 30, IOC, 7);
    expect([trades, book.depth(SELL, 1)]).toEqual([
      [[BACKGROUND, 7, 101, 30]],
      [{ tick: 101, quantity: 10, orders: 1 }],
    ]);
    book.limit(BUY, 101, 30, IOC, 8);
    expect([trades[1], book.bestAsk]).toEqual([[BACKGROUND, 8, 101, 10], 102]);
    book.setLevel(SELL, 101, 35);
    expect(book.depth(SELL, 1)).toEqual([{ tick: 101, quantity: 35, orders: 1 }]);
  });

  it('rests the remainder where it emptied a level, and is filled when that level comes back', () => {
    const { book, trades } = aBook();
    const mine = book.limit(BUY, 101, 45, GTC, 7);
    expect([book.bestBid, book.bestAsk, book.remaining(mine)]).toEqual([101, 102, 5]);
    book.setLevel(SELL, 101, 3);
    expect(trades.at(-1)).toEqual([7, BACKGROUND, 101, 3]);
    expect([book.bestBid, book.bestAsk]).toEqual([101, 102]);
  });

  it('two of our own orders trade with each other in their place of the queue', () => {
    const { book, trades } = aBook();
    book.limit(SELL, 101, 10, GTC, 7);
    book.limit(BUY, 101, 45, GTC, 8);
    expect(trades).toEqual([
      [BACKGROUND, 8, 101, 40],
      [7, 8, 101, 5],
    ]);
  });

  it('post-only is refused at the touch', () => {
    const { book } = aBook();
    expect(book.limit(BUY, 101, 1, POST_ONLY, 7)).toBe(WOULD_MATCH);
    expect(book.limit(BUY, 100, 1, POST_ONLY, 7)).toBeGreaterThan(0);
  });

  it('a new snapshot empties the levels that it does not name', () => {
    const { book } = aBook();
    const mine = book.limit(BUY, 100, 10, GTC, 7);
    book.replace([
      { side: BUY, tick: 98, quantity: 5 },
      { side: SELL, tick: 103, quantity: 5 },
    ]);
    expect([book.ahead(mine), book.depth(BUY, 5), book.depth(SELL, 5)]).toEqual([
      0,
      [
        { tick: 100, quantity: 10, orders: 1 },
        { tick: 98, quantity: 5, orders: 1 },
      ],
      [{ tick: 103, quantity: 5, orders: 1 }],
    ]);
  });

  it('never crosses, never fills more than was asked, and forgets what is gone', () => {
    const side = fc.constantFrom<EngineSide>(BUY, SELL);
    const quantity = fc.integer({ min: 1, max: 20 });
    const step = fc.oneof(
      fc.record({
        kind: fc.constant('level' as const),
        side,
        offset: fc.integer({ min: 1, max: 6 }),
        quantity: fc.integer({ min: 0, max: 20 }),
      }),
      fc.record({ kind: fc.constant('middle' as const), middle: fc.integer({ min: 95, max: 105 }) }),
      fc.record({ kind: fc.constant('print' as const), side, offset: fc.integer({ min: 0, max: 4 }), quantity }),
      fc.record({
        kind: fc.constant('limit' as const),
        side,
        tick: fc.integer({ min: 92, max: 108 }),
        quantity,
        tif: fc.constantFrom(GTC, IOC, POST_ONLY),
      }),
      fc.record({ kind: fc.constant('cancel' as const), which: fc.nat(50) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
        const traded = new Map<number, number>();
        const asked = new Map<number, number>();
        const count = (reference: number, lots: number) => traded.set(reference, (traded.get(reference) ?? 0) + lots);
        const book = new QueuePositionBook({
          onFill: (maker, taker, _tick, lots) => (count(maker, lots), count(taker, lots)),
        });
        const handles: number[] = [];
        let middle = 100;
        for (const s of steps) {
          if (s.kind === 'middle') {
            // A background that moves first leaves the levels it would cross.
            const gone: [EngineSide, number][] = [];
            for (const at of [BUY, SELL] as const) {
              book.forEachLevel(at, (tick) => {
                if (at === BUY ? tick >= s.middle : tick <= s.middle) gone.push([at, tick]);
              });
            }
            for (const [at, tick] of gone) book.setLevel(at, tick, 0);
            middle = s.middle;
          } else if (s.kind === 'level')
            book.setLevel(s.side, s.side === BUY ? middle - s.offset : middle + s.offset, s.quantity);
          else if (s.kind === 'print')
            book.print(s.side, s.side === BUY ? middle + s.offset : middle - s.offset, s.quantity);
          else if (s.kind === 'limit') {
            asked.set(handles.length + 1, s.quantity);
            handles.push(book.limit(s.side, s.tick, s.quantity, s.tif, handles.length + 1));
          } else if (handles.length > 0) book.cancel(handles[s.which % handles.length]!);
          expect(book.bestBid === NO_BID || book.bestAsk === NO_ASK || book.bestBid < book.bestAsk).toBe(true);
        }
        for (const [reference, lots] of traded)
          if (reference !== BACKGROUND) expect(lots).toBeLessThanOrEqual(asked.get(reference) ?? 0);
        for (const handle of handles) book.cancel(handle);
        expect(book.live).toBe(0);
      }),
      { numRuns: 300 },
    );
  });
});
