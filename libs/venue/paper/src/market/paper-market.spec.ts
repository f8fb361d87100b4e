import fc from 'fast-check';
import { aBook, A_MOMENT, anInstrument, levels } from '@argosy/testing';
import {
  type Book,
  format,
  type MarketTrade,
  parsePrice,
  parseQuantity,
  type Price,
  type Quantity,
  type Side,
  type TimeNs,
} from '@argosy/domain';
import { AHEAD_UNKNOWN } from '../account/paper-event.js';
import { gridOf } from './grid.js';
import { PaperMarket } from './paper-market.js';

const INSTRUMENT = anInstrument();
const SECOND = 1_000_000_000n;

interface Met {
  readonly oid: number;
  readonly price: string;
  readonly quantity: string;
}

/** A market whose time the spec tells in whole seconds. */
class Stage {
  readonly met: Met[] = [];
  filled = 0n;
  readonly withdrawn: string[] = [];
  readonly market = new PaperMarket(INSTRUMENT.id, gridOf(INSTRUMENT), 10_000, {
    onFill: (oid, price, quantity) => {
      this.met.push({ oid, price: format(price), quantity: format(quantity) });
      this.filled += quantity;
    },
    admit: (_oid, quantity) => quantity,
    onWithdrawn: (oid, reason) => this.withdrawn.push(`${String(oid)} ${reason}`),
  });
  now = 0;

  at = (second: number): TimeNs => (A_MOMENT + BigInt(second) * SECOND) as TimeNs;

  book(
    bids: readonly (readonly [string, string])[],
    asks: readonly (readonly [string, string])[],
    second?: number,
  ): void {
    this.now += 1;
    const time = this.at(second ?? this.now);
    this.market.onBook(
      aBook({ bids: levels(...bids), asks: levels(...asks), venueTimeNs: time, receivedTimeNs: time }),
      0,
    );
  }

  trade(aggressor: Side, price: string, quantity: string, second?: number): void {
    this.now += 1;
    const trade: MarketTrade = {
      instrumentId: INSTRUMENT.id,
      tradeId: String(this.now),
      aggressor,
      price: parsePrice(price),
      quantity: parseQuantity(quantity),
      venueTimeNs: this.at(second ?? this.now),
      receivedTimeNs: this.at(this.now),
    };
    this.market.onTrade(trade, 0);
  }

  /** Rests an order; says how much stands in front of it. */
  rest(oid: number, side: Side, price: string, quantity: string): string {
    this.now += 1;
    const order = { oid, side, limitPrice: parsePrice(price) };
    return shown(this.market.rest(order, parseQuantity(quantity), this.at(this.now)));
  }

  ahead(oid: number): string {
    return shown(this.market.ahead(oid));
  }
}

const shown = (lots: number | undefined): string =>
  lots === undefined ? 'gone' : lots === AHEAD_UNKNOWN ? 'unknown' : String(lots / 1_000);

const BIDS = [
  ['100', '5'],
  ['99', '8'],
  ['98', '9'],
] as const;
const ASKS = [
  ['101', '4'],
  ['102', '9'],
  ['103', '9'],
] as const;

/** Bids 5 at 100, 8 at 99, 9 at 98; asks 4 at 101, 9 at 102, 9 at 103. */
function aStage(): Stage {
  const stage = new Stage();
  stage.book(BIDS, ASKS);
  return stage;
}

describe('a place in the queue', () => {
  const places: readonly [story: string, side: Side, price: string, ahead: string][] = [
    ['at the best bid, behind what is shown', 'buy', '100', '5'],
    ['inside the spread, in front of everybody', 'buy', '100.5', '0'],
    ['between two levels shown, first of a new one', 'buy', '99.5', '0'],
    ['beyond the last level shown, behind whoever may be there', 'buy', '97', 'unknown'],
    ['at the best ask', 'sell', '101', '4'],
    ['beyond the last ask shown', 'sell', '104', 'unknown'],
  ];
  it.each(places)('%s', (_story, side, price, ahead) => {
    expect(aStage().rest(1, side, price, '1')).toBe(ahead);
  });

  it('behind the second order of our own stands what was there, not ourselves twice', () => {
    const stage = aStage();
    expect([stage.rest(1, 'buy', '100', '1'), stage.rest(2, 'buy', '100', '1')]).toEqual(['5', '5']);
    stage.trade('sell', '100', '6.5');
    expect(stage.met.map(({ oid, quantity }) => [oid, quantity])).toEqual([
      [1, '1'],
      [2, '0.5'],
    ]);
  });

  it('becomes known when the level comes into sight, and is then all that is shown', () => {
    const stage = aStage();
    stage.rest(1, 'buy', '97', '1');
    stage.book(
      [
        ['99', '8'],
        ['98', '9'],
        ['97', '7'],
      ],
      ASKS,
    );
    expect(stage.ahead(1)).toBe('7');
  });

  it('becomes the first when the level in sight is empty', () => {
    const stage = aStage();
    stage.rest(1, 'buy', '97', '1');
    stage.book(
      [
        ['99', '8'],
        ['98', '9'],
        ['96', '7'],
      ],
      ASKS,
    );
    expect(stage.ahead(1)).toBe('0');
  });

  it('stays what it was while the level is out of sight', () => {
    const stage = aStage();
    stage.rest(1, 'buy', '98', '1');
    stage.book(
      [
        ['105', '1'],
        ['104', '1'],
      ],
      [['106', '1']],
    );
    expect(stage.ahead(1)).toBe('9');
    stage.book(
      [
        ['99', '1'],
        ['98', '4'],
        ['97', '1'],
      ],
      ASKS,
    );
    expect(stage.ahead(1)).toBe('4');
  });

  it('moves up when the level shrinks and never back when it grows', () => {
    const stage = aStage();
    stage.rest(1, 'buy', '100', '1');
    stage.book(
      [
        ['100', '2'],
        ['99', '8'],
      ],
      ASKS,
    );
    stage.book(
      [
        ['100', '50'],
        ['99', '8'],
      ],
      ASKS,
    );
    expect(stage.ahead(1)).toBe('2');
  });
});

describe('fills of a resting order', () => {
  const stories: readonly [story: string, act: (stage: Stage) => void, fills: readonly string[]][] = [
    ['a trade smaller than the queue fills nothing', (s) => s.trade('sell', '100', '5'), []],
    ['a trade larger than the queue fills the rest of it', (s) => s.trade('sell', '100', '5.4'), ['0.4']],
    ['trades add up', (s) => ['3', '3', '3'].forEach((lots) => s.trade('sell', '100', lots)), ['1']],
    ['a trade beyond our price fills us at ours', (s) => s.trade('sell', '99', '0.3'), ['0.3']],
    ['a trade at a better price passes us by', (s) => s.trade('sell', '100.5', '50'), []],
    ['a trade of our own side fills nothing', (s) => s.trade('buy', '100', '50'), []],
    [
      'a book that moves through us fills us',
      (s) =>
        s.book(
          [['99', '1']],
          [
            ['99.5', '0.6'],
            ['100', '9'],
          ],
        ),
      ['0.6', '0.4'],
    ],
    ['a book that reaches us fills us', (s) => s.book([['99', '1']], [['100', '0.2']]), ['0.2']],
    [
      'the same book again gives nothing more',
      (s) => [1, 2].forEach(() => s.book([['99', '1']], [['100', '0.2']])),
      ['0.2'],
    ],
    ['a trade on no valid book fills nothing', (s) => (s.market.invalidate('gone'), s.trade('sell', '99', '50')), []],
    ['a trade smaller than a lot is none', (s) => s.trade('sell', '99', '0.0009'), []],
  ];
  it.each(stories)('%s', (_story, act, fills) => {
    const stage = aStage();
    stage.rest(1, 'buy', '100', '1');
    act(stage);
    expect(stage.met.map(({ quantity }) => quantity)).toEqual(fills);
    expect(stage.met.every(({ price }) => price === '100')).toBe(true);
  });

  it('a trade that the book has shown already does not count twice', () => {
    const stage = aStage();
    stage.rest(1, 'buy', '100', '1');
    stage.book(
      [
        ['100', '2'],
        ['99', '8'],
      ],
      ASKS,
      10,
    );
    stage.trade('sell', '100', '3', 9);
    expect([stage.ahead(1), stage.met]).toEqual(['2', []]);
    stage.trade('sell', '100', '2.5', 11);
    expect(stage.met.map(({ quantity }) => quantity)).toEqual(['0.5']);
  });

  it('a late trade counts as far as the book has not shown it', () => {
    const stage = aStage();
    stage.rest(1, 'buy', '100', '1');
    stage.book([['99', '8']], ASKS, 10);
    stage.trade('sell', '100', '5.7', 9);
    expect(stage.met.map(({ quantity }) => quantity)).toEqual(['0.7']);
  });

  it('a trade told before its book counts once', () => {
    const stage = aStage();
    stage.rest(1, 'buy', '100', '1');
    stage.trade('sell', '100', '3', 9);
    stage.book(
      [
        ['100', '2'],
        ['99', '8'],
      ],
      ASKS,
      10,
    );
    expect(stage.ahead(1)).toBe('2');
  });

  it('a trade made before we came cannot have met us', () => {
    const stage = aStage();
    stage.now = 20;
    stage.rest(1, 'buy', '100', '1');
    stage.now = 18;
    stage.trade('sell', '99', '50');
    expect(stage.met).toEqual([]);
  });

  it('a trade far older than the book is not looked at', () => {
    const stage = aStage();
    stage.rest(1, 'buy', '100', '1');
    stage.book(BIDS, ASKS, 30);
    stage.trade('sell', '99', '50', 24);
    expect(stage.met).toEqual([]);
  });
});

describe('laws of the queue', () => {
  const lots = fc.integer({ min: 1, max: 20_000 });
  const quantityText = (count: number): string => format((BigInt(count) * INSTRUMENT.lot) as Quantity);
  type Act = { readonly kind: 'trade' | 'level'; readonly lots: number };
  const acts = fc.array(
    fc.record<Act>({ kind: fc.constantFrom('trade', 'level'), lots: fc.integer({ min: 0, max: 6_000 }) }),
    { maxLength: 40 },
  );

  it('never fills before the queue in front is gone, and fills no more than is traded past it', () => {
    fc.assert(
      fc.property(lots, lots, acts, (level, mine, steps) => {
        const stage = new Stage();
        const bids = (count: number): (readonly [string, string])[] =>
          count === 0
            ? [['99', '8']]
            : [
                ['100', quantityText(count)],
                ['99', '8'],
              ];
        stage.book(bids(level), ASKS);
        stage.rest(1, 'buy', '100', quantityText(mine));
        let ahead = level;
        let filled = 0;
        for (const { kind, lots: count } of steps) {
          if (kind === 'level') {
            stage.book(bids(count), ASKS);
            ahead = Math.min(ahead, count);
          } else if (count > 0) {
            stage.trade('sell', '100', quantityText(count));
            filled += Math.min(Math.max(0, count - ahead), mine - filled);
            ahead = Math.max(0, ahead - count);
          }
          expect(stage.filled).toBe(BigInt(filled) * INSTRUMENT.lot);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('conserves: takers get no more than is shown, level by level, and never past their limit', () => {
    const ladder = fc.array(lots, { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(
        ladder,
        fc.array(fc.record({ limit: fc.integer({ min: 0, max: 6 }), lots }), { maxLength: 8 }),
        (asks, takes) => {
          const stage = new Stage();
          stage.book(
            [['99', '1']],
            asks.map((count, at) => [String(101 + at), quantityText(count)] as const),
          );
          const left = [...asks];
          for (const [index, { limit, lots: wanted }] of takes.entries()) {
            stage.met.length = 0;
            stage.market.take(
              { oid: index + 1, side: 'buy', limitPrice: parsePrice(String(100 + limit)) },
              parseQuantity(quantityText(wanted)),
            );
            let open = wanted;
            const expected: string[][] = [];
            for (let at = 0; at < left.length && 101 + at <= 100 + limit && open > 0; at++) {
              const part = Math.min(open, left[at]!);
              if (part > 0) expected.push([String(101 + at), quantityText(part)]);
              left[at]! -= part;
              open -= part;
            }
            expect(stage.met.map(({ price, quantity }) => [price, quantity])).toEqual(expected);
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('hostile books', () => {
  const two = (pairs: readonly (readonly [string, string])[]) => levels(...pairs);
  const hostile: readonly [story: string, changes: Partial<Book>, why: RegExp][] = [
    ['withdrawn', { valid: false, bids: [], asks: [] }, /withdrawn/],
    ['withdrawn with levels in it', { valid: false }, /withdrawn/],
    ['empty', { bids: [], asks: [] }, /empty/],
    ['crossed', { bids: two([['101', '1']]), asks: two([['100', '1']]) }, /crossed/],
    ['locked', { bids: two([['100', '1']]), asks: two([['100', '1']]) }, /crossed/],
    [
      'bids out of order',
      {
        bids: two([
          ['99', '1'],
          ['100', '1'],
        ]),
      },
      /order/,
    ],
    [
      'a level twice',
      {
        asks: two([
          ['101', '1'],
          ['101', '1'],
        ]),
      },
      /order/,
    ],
    ['a price of zero', { bids: two([['0', '1']]) }, /range/],
    ['a negative price', { bids: [{ price: -1_000_000_000_000n as Price, quantity: parseQuantity('1') }] }, /range/],
    ['a size of zero', { asks: two([['101', '0']]) }, /range/],
    ['a negative size', { asks: [{ price: parsePrice('101'), quantity: -5n as Quantity }] }, /range/],
    ['a size beyond counting', { asks: two([['101', '99999999999999999999']]) }, /range/],
    ['a price beyond counting', { asks: two([['99999999999999999999', '1']]) }, /range/],
    [
      'too deep',
      { bids: [], asks: Array.from({ length: 5_001 }, (_, at) => levels([String(101 + at), '1'])[0]!) },
      /levels/,
    ],
  ];
  it.each(hostile)('%s: nothing is filled and the next good book is taken', (_story, changes, why) => {
    const stage = aStage();
    stage.rest(1, 'buy', '100', '1');
    stage.market.onBook(aBook({ bids: two([['99', '1']]), asks: two([['100.5', '1']]), ...changes }), 0);
    expect(stage.market.problem(0)).toMatch(why);
    stage.trade('sell', '1', '1000');
    expect(stage.met).toEqual([]);
    stage.book(BIDS, ASKS);
    expect([stage.market.problem(0), stage.ahead(1)]).toEqual([undefined, '5']);
  });

  it('one-sided is not hostile', () => {
    const stage = aStage();
    stage.book([], ASKS);
    expect([stage.market.problem(0), stage.rest(1, 'buy', '50', '1')]).toEqual([undefined, '0']);
  });

  it('levels off the tick stand where they hurt us most, sizes off the lot count whole lots only', () => {
    const stage = new Stage();
    stage.book(
      [
        ['100.19', '5.0009'],
        ['100.11', '1'],
      ],
      [['101.01', '2']],
    );
    expect(stage.market.bestBid).toBe(parsePrice('100.1'));
    expect(stage.market.bestAsk).toBe(parsePrice('101.1'));
    expect(stage.rest(1, 'buy', '100.1', '1')).toBe('6');
  });

  it('is too old one millisecond after its limit', () => {
    const stage = aStage();
    expect([stage.market.problem(10_000), stage.market.problem(10_001)]).toEqual([undefined, 'it is 10001 ms old']);
  });
});
