import fc from 'fast-check';
import {
  BOOK_FULL,
  BUY,
  type EngineSide,
  GTC,
  IOC,
  NO_ASK,
  NO_BID,
  POST_ONLY,
  PriceTimeEngine,
  SELL,
  WOULD_MATCH,
} from './index.js';

interface Resting {
  id: number;
  side: EngineSide;
  tick: number;
  left: number;
}
type Trade = [maker: number, taker: number, tick: number, quantity: number];

/** The rules said as plainly as they can be: an array in order of arrival, searched every time. */
class NaiveBook {
  orders: Resting[] = [];
  trades: Trade[] = [];
  private best(side: EngineSide): Resting | undefined {
    return this.orders
      .filter((o) => o.side === side)
      .sort((a, b) => (side === BUY ? b.tick - a.tick : a.tick - b.tick))[0];
  }
  limit(id: number, side: EngineSide, tick: number, quantity: number, tif: number): void {
    const crosses = (maker: Resting | undefined): maker is Resting =>
      maker !== undefined && (side === BUY ? maker.tick <= tick : maker.tick >= tick);
    const other = side === BUY ? SELL : BUY;
    if (tif === POST_ONLY && crosses(this.best(other))) return;
    let left = quantity;
    for (let maker = this.best(other); left > 0 && crosses(maker); maker = this.best(other)) {
      const traded = Math.min(left, maker.left);
      this.trades.push([maker.id, id, maker.tick, traded]);
      left -= traded;
      maker.left -= traded;
      if (maker.left === 0) this.orders.splice(this.orders.indexOf(maker), 1);
    }
    if (left > 0 && tif !== IOC) this.orders.push({ id, side, tick, left });
  }
  reduce(id: number, by: number): void {
    const order = this.orders.find((o) => o.id === id);
    if (order === undefined) return;
    order.left -= by;
    if (order.left <= 0) this.orders.splice(this.orders.indexOf(order), 1);
  }
  depth(side: EngineSide): [number, number, number][] {
    const levels = new Map<number, [number, number]>();
    for (const o of this.orders)
      if (o.side === side)
        levels.set(o.tick, [(levels.get(o.tick)?.[0] ?? 0) + o.left, (levels.get(o.tick)?.[1] ?? 0) + 1]);
    return [...levels]
      .map(([t, [q, n]]): [number, number, number] => [t, q, n])
      .sort((a, b) => (side === BUY ? b[0] - a[0] : a[0] - b[0]));
  }
}

const near = fc.integer({ min: 90, max: 110 });
const wide = fc.oneof(
  { weight: 4, arbitrary: near },
  { weight: 1, arbitrary: fc.constantFrom(0, 1, 5_000, 70_000, 1_000_000, 2_000_000_000, 2_147_483_646) },
);
const commandOf = (tick: fc.Arbitrary<number>) =>
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constant('limit' as const),
        side: fc.constantFrom<EngineSide>(BUY, SELL),
        tick,
        quantity: fc.integer({ min: 1, max: 20 }),
        tif: fc.constantFrom(GTC, GTC, IOC, POST_ONLY),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('market' as const),
        side: fc.constantFrom<EngineSide>(BUY, SELL),
        quantity: fc.integer({ min: 1, max: 60 }),
      }),
    },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('cancel' as const), which: fc.nat(200) }) },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('reduce' as const),
        which: fc.nat(200),
        by: fc.integer({ min: 1, max: 10 }),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('modify' as const),
        which: fc.nat(200),
        tick,
        quantity: fc.integer({ min: 1, max: 20 }),
      }),
    },
  );

function runBoth(
  commands: readonly (typeof commandOf extends (t: never) => fc.Arbitrary<infer C> ? C : never)[],
  ladderTicksMax: number,
) {
  const naive = new NaiveBook();
  const trades: Trade[] = [];
  const engine = new PriceTimeEngine({ ladderTicksMax, onFill: (...trade) => trades.push(trade) });
  const handles: number[] = [];
  let placed = 0;
  for (const command of commands) {
    const id = handles.length;
    const which = 'which' in command && handles.length > 0 ? command.which % handles.length : -1;
    if (command.kind === 'limit') {
      naive.limit(id, command.side, command.tick, command.quantity, command.tif);
      handles.push(engine.limit(command.side, command.tick, command.quantity, command.tif, id));
      if (handles[id]! > 0) placed += command.quantity - engine.filled;
    } else if (command.kind === 'market') {
      naive.limit(id, command.side, command.side === BUY ? 2 ** 31 : 0, command.quantity, IOC);
      engine.market(command.side, command.quantity, id);
      handles.push(0);
    } else if (which >= 0 && command.kind === 'cancel') {
      naive.reduce(which, 1e9);
      placed -= engine.cancel(handles[which]!);
    } else if (which >= 0 && command.kind === 'reduce') {
      const before = engine.remaining(handles[which]!);
      naive.reduce(which, command.by);
      placed -= before - engine.reduce(handles[which]!, command.by);
    } else if (which >= 0 && command.kind === 'modify') {
      const old = naive.orders.find((o) => o.id === which);
      const before = engine.remaining(handles[which]!);
      expect(old?.left ?? 0).toBe(before);
      if (old !== undefined) {
        if (command.tick === old.tick && command.quantity <= old.left) old.left = command.quantity;
        else {
          naive.reduce(which, 1e9);
          naive.limit(which, old.side, command.tick, command.quantity, GTC);
        }
      }
      handles[which] = engine.modify(handles[which]!, command.tick, command.quantity);
      placed += engine.remaining(handles[which]) - before;
    }
    for (const [maker, , , quantity] of trades.slice(naive.trades.length))
      expect([maker, quantity]).toBe('a trade too many');
    expect(engine.bestBid === NO_BID || engine.bestAsk === NO_ASK || engine.bestBid < engine.bestAsk).toBe(true);
    expect(engine.live).toBe(naive.orders.length);
  }
  const rows = (side: EngineSide) => engine.depth(side, 1_000).map((l) => [l.tick, l.quantity, l.orders]);
  expect(trades).toEqual(naive.trades);
  expect(rows(BUY)).toEqual(naive.depth(BUY));
  expect(rows(SELL)).toEqual(naive.depth(SELL));
  // Conservation: what was ever put to rest is still there, withdrawn, or traded as maker.
  const resting = [...engine.depth(BUY, 1_000), ...engine.depth(SELL, 1_000)].reduce((sum, l) => sum + l.quantity, 0);
  expect(resting).toBe(placed - trades.reduce((sum, [, , , quantity]) => sum + quantity, 0));
}

describe('price-time engine', () => {
  it('makes the trades and the depth of the plain rules, never crosses and conserves quantity', () => {
    fc.assert(
      fc.property(fc.array(commandOf(near), { maxLength: 120 }), (commands) => runBoth(commands, 1 << 22)),
      { numRuns: 300 },
    );
  });

  it('does so on any tick, also where its window cannot reach', () => {
    fc.assert(
      fc.property(
        fc.array(commandOf(wide), { maxLength: 120 }),
        fc.constantFrom(32, 1 << 12, 1 << 17),
        (commands, max) => runBoth(commands, max),
      ),
      { numRuns: 300 },
    );
  });

  it('keeps the place of an order that only gets smaller, and loses it otherwise', () => {
    const engine = new PriceTimeEngine();
    const first = engine.limit(BUY, 100, 10, GTC, 1);
    const second = engine.limit(BUY, 100, 7, GTC, 2);
    expect(engine.ahead(second)).toBe(10);
    expect(engine.modify(first, 100, 4)).toBe(first);
    expect(engine.ahead(second)).toBe(4);
    const moved = engine.modify(first, 100, 5);
    expect([engine.ahead(second), engine.ahead(moved), engine.ahead(first)]).toEqual([0, 7, -1]);
  });

  it('never lets a late cancel hit the next order in the same slot', () => {
    const engine = new PriceTimeEngine();
    const old = engine.limit(BUY, 100, 10);
    engine.cancel(old);
    const next = engine.limit(BUY, 101, 3);
    expect([
      engine.cancel(old),
      engine.remaining(next),
      engine.cancel(0),
      engine.cancel(-1),
      engine.cancel(Number.NaN),
    ]).toEqual([0, 3, 0, 0, 0]);
  });

  it('refuses what it cannot hold or read, and changes nothing', () => {
    const engine = new PriceTimeEngine({ capacityMax: 2 });
    engine.limit(SELL, 100, 5);
    engine.limit(SELL, 101, 5);
    expect(engine.limit(BUY, 100, 5, POST_ONLY)).toBe(WOULD_MATCH);
    expect(engine.limit(BUY, 99, 5)).toBe(BOOK_FULL);
    for (const [tick, quantity] of [
      [1.5, 1],
      [-1, 1],
      [2 ** 31 - 1, 1],
      [1, 0],
      [1, -1],
      [1, 2 ** 31],
      [1, Number.NaN],
      [Number.NaN, 1],
    ] as const) {
      expect(() => engine.limit(BUY, tick, quantity)).toThrow(RangeError);
    }
    expect([engine.live, engine.depth(SELL, 9).length, engine.bestBid]).toEqual([2, 2, NO_BID]);
  });

  it('lets the caller stop a maker before it trades', () => {
    const trades: Trade[] = [];
    const engine = new PriceTimeEngine({
      onFill: (...t) => trades.push(t),
      admit: (maker, _taker, quantity) => (maker === 1 ? 0 : maker === 2 ? Math.min(quantity, 3) : quantity),
    });
    for (const id of [1, 2, 3]) engine.limit(SELL, 100, 5, GTC, id);
    engine.limit(BUY, 100, 6, IOC, 9);
    expect(trades).toEqual([
      [2, 9, 100, 3],
      [3, 9, 100, 3],
    ]);
    expect(engine.depth(SELL, 5)).toEqual([{ tick: 100, quantity: 2, orders: 1 }]);
  });

  it('I-57: holds a million passing orders in the slots of those that rest', () => {
    const engine = new PriceTimeEngine({ capacityMax: 64 });
    for (let i = 0; i < 100_000; i++)
      engine.cancel(engine.limit(i % 2 === 0 ? BUY : SELL, i % 2 === 0 ? 100 - (i % 7) : 101 + (i % 7), 1));
    expect([engine.live, engine.bestBid, engine.bestAsk]).toEqual([0, NO_BID, NO_ASK]);
  });
});
