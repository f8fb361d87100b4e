import {
  type Book,
  format,
  instrumentId,
  isLegalPrice,
  isLegalQuantity,
  msToNs,
  type OrderState,
  parseAmount,
  parseQuantity,
  type Side,
  strategyId,
  type TimeNs,
} from '@argosy/domain';
import type { StrategyAction, StrategyEvent } from '@argosy/strategy-api';
import { A_MOMENT, aBook, aFill, anInstrument, anOrder, levels, SeededRandom } from '@argosy/testing';
import * as fc from 'fast-check';
import { Momentum } from './momentum.js';
import { type MomentumParameters, parseMomentumParameters } from './parameters.js';

const TRADED = anInstrument();
const REFERENCE = anInstrument({ id: instrumentId('binance_BTC-USDT'), venue: 'binance', symbol: 'BTC-USDT' });
const PARAMETERS: MomentumParameters = {
  orderSize: parseQuantity('0.01'),
  maxPosition: parseQuantity('0.03'),
  fastHalfLifeMs: 1_000,
  slowHalfLifeMs: 5_000,
  entryBps: 5,
  exitBps: 1,
  maxVolatilityBps: 50,
  slippageBps: 10,
  cooldownMs: 1_000,
};
type Submit = Extract<StrategyAction, { kind: 'submit' }>;
const submits = (actions: readonly StrategyAction[]): readonly Submit[] =>
  actions.filter((one): one is Submit => one.kind === 'submit');

/** A strategy on a market whose reference does what the spec says, 100 ms a step. */
class Walk {
  readonly strategy: Momentum;
  at: TimeNs = A_MOMENT;
  mid = 60_000;

  constructor(parameters: Partial<MomentumParameters> = {}, position = '0') {
    this.strategy = new Momentum({
      strategyId: strategyId('mom-1'),
      instruments: [TRADED.id, REFERENCE.id],
      parameters: { ...PARAMETERS, ...parameters },
      run: 'r1',
      random: new SeededRandom(1),
    });
    const positions = position === '0' ? [] : [{ instrumentId: TRADED.id, quantity: parseAmount(position) }];
    this.on({ kind: 'started', at: this.at, instruments: [TRADED, REFERENCE], positions, openOrders: [] });
    this.book('traded');
  }

  on(event: StrategyEvent): readonly StrategyAction[] {
    return this.strategy.on(event);
  }
  pass(milliseconds: number): this {
    this.at = (this.at + msToNs(milliseconds)) as TimeNs;
    return this;
  }
  book(which: 'traded' | 'reference', changes: Partial<Book> = {}): readonly StrategyAction[] {
    const price = (offset: number): string => (this.mid + offset).toFixed(1);
    const book = aBook({
      instrumentId: which === 'traded' ? TRADED.id : REFERENCE.id,
      bids: levels([price(-0.5), '1']),
      asks: levels([price(0.5), '1']),
      ...changes,
    });
    return this.on({ kind: 'book', at: this.at, book });
  }
  /** So many steps, each moving the reference by so much; everything that was asked for. */
  steps(count: number, move: number): readonly Submit[] {
    const all: Submit[] = [];
    for (let i = 0; i < count; i += 1) {
      this.pass(100);
      this.mid += move;
      all.push(...submits(this.book('reference')), ...submits(this.book('traded')));
    }
    return all;
  }
  /** The order has come to its end, and what was filled of it before that. */
  done(submit: Submit, state: OrderState, filled = '0'): void {
    if (filled !== '0')
      this.on({ kind: 'fill', at: this.at, fill: aFill({ side: submit.side, quantity: parseQuantity(filled) }) });
    this.on({ kind: 'order', at: this.at, order: anOrder({ ...submit, state }) });
  }
}

const only = (all: readonly Submit[]): Submit => {
  const [first, second] = all;
  if (first === undefined || second !== undefined) throw new Error(`${String(all.length)} orders`);
  return first;
};

describe('momentum follows the reference (ST-2)', () => {
  const stories: readonly [story: string, move: number, expected: Side | undefined][] = [
    ['a market that stands still', 0, undefined],
    ['a steady rise', 6, 'buy'],
    ['a steady fall', -6, 'sell'],
  ];
  it.each(stories)('%s', (_story, move, expected) => {
    const walk = new Walk();
    walk.steps(60, 0);
    const all = walk.steps(20, move);
    expect(all[0]?.side).toBe(expected);
    expect(all.length).toBeLessThanOrEqual(1);
  });

  it('asks at once or never, no further than its slippage beyond the touch', () => {
    const walk = new Walk();
    walk.steps(60, 0);
    const buy = only(walk.steps(20, 6));
    expect(buy).toMatchObject({ timeInForce: 'ioc', reduceOnly: false, quantity: PARAMETERS.orderSize });
    const touch = Number(format(buy.limitPrice)) / 1.001;
    expect(touch).toBeGreaterThan(60_000);
    expect(touch).toBeLessThan(60_130);
  });

  it('waits until its slow average has seen enough', () => {
    expect(new Walk().steps(49, 6)).toEqual([]);
  });

  it('opens nothing in a wild market', () => {
    const walk = new Walk({ maxVolatilityBps: 1 });
    for (let i = 0; i < 60; i += 1) walk.steps(1, i % 2 === 0 ? 12 : -12);
    expect(walk.steps(20, 6)).toEqual([]);
  });

  it('has one order out at a time, and a pause between two', () => {
    const walk = new Walk();
    walk.steps(60, 0);
    const first = only(walk.steps(20, 6));
    expect(walk.steps(20, 6)).toEqual([]);
    walk.done(first, 'filled', '0.01');
    expect(only(walk.steps(1, 6)).side).toBe('buy');
    const quick = new Walk({ cooldownMs: 60_000 });
    quick.steps(60, 0);
    quick.done(only(quick.steps(20, 6)), 'filled', '0.01');
    expect(quick.steps(20, 6)).toEqual([]);
  });

  it('adds no more than its limit allows', () => {
    const walk = new Walk({}, '0.025');
    walk.steps(60, 0.3);
    const last = walk.steps(20, 6).find(({ reduceOnly }) => !reduceOnly);
    expect(format(last?.quantity as never)).toBe('0.005');
    const full = new Walk({ exitBps: 0 }, '0.03');
    full.steps(60, 3);
    expect(full.steps(20, 6)).toEqual([]);
  });

  it.each([
    ['long', '0.02', -6, 'sell'],
    ['short', '-0.02', 6, 'buy'],
  ] as const)(
    'gives back a %s position when the trend has turned, reduce-only, order by order',
    (_story, position, move, side) => {
      const walk = new Walk({}, position);
      const first = only(walk.steps(60, move).slice(0, 1));
      expect(first).toMatchObject({ side, reduceOnly: true, signal: 'turned', quantity: PARAMETERS.orderSize });
      walk.done(first, 'filled', '0.01');
      expect(only(walk.steps(12, move).slice(0, 1))).toMatchObject({ side, reduceOnly: true });
    },
  );

  it.each([
    ['an invalid book of the traded venue', (walk: Walk) => walk.book('traded', { valid: false, bids: [], asks: [] })],
    [
      'a stale reference',
      (walk: Walk) =>
        walk.on({
          kind: 'feed',
          at: walk.at,
          feed: { venue: 'binance', instrumentId: REFERENCE.id, state: 'stale', reason: '', sinceNs: walk.at },
        }),
    ],
    [
      'an instrument that only reduces',
      (walk: Walk) => walk.on({ kind: 'instrument', at: walk.at, instrument: { ...TRADED, status: 'reduce_only' } }),
    ],
  ] as const)('opens nothing on %s (I-30)', (_story, happens) => {
    const walk = new Walk();
    walk.steps(60, 0);
    const opened: Submit[] = [];
    for (let i = 0; i < 20; i += 1) {
      happens(walk);
      walk.pass(100).mid += 6;
      opened.push(...submits(walk.book('reference', i % 2 === 0 ? {} : { valid: false, bids: [], asks: [] })));
    }
    expect(opened).toEqual([]);
  });

  it('rests after a refusal, and longer after silence', () => {
    const walk = new Walk();
    walk.steps(60, 0);
    const first = only(walk.steps(20, 6));
    walk.on({
      kind: 'refused',
      at: walk.at,
      orderRequestId: first.orderRequestId,
      refusal: { code: 'conflict', details: {} },
    });
    expect(walk.steps(49, 6)).toEqual([]);
    const second = only(walk.steps(2, 6));
    walk.on({ kind: 'unanswered', at: walk.at, orderRequestId: second.orderRequestId });
    expect(walk.steps(98, 6)).toEqual([]);
    expect(walk.steps(5, 6)).toHaveLength(1);
  });

  it('cancels what an earlier run left, and an order that lives against all expectation', () => {
    const walk = new Walk();
    const left = anOrder();
    expect(
      walk.on({ kind: 'started', at: walk.at, instruments: [TRADED], positions: [], openOrders: [left] }),
    ).toMatchObject([{ kind: 'cancel', signal: 'leftover' }]);
    expect(walk.on({ kind: 'order', at: walk.at, order: left })).toMatchObject([{ kind: 'cancel', signal: 'stray' }]);
  });

  it('asks for nothing once it is stopping', () => {
    const walk = new Walk();
    walk.steps(60, 0);
    walk.on({ kind: 'stopping', at: walk.at, reason: 'lunch' });
    expect(walk.steps(20, 6)).toEqual([]);
  });
});

describe('its parameters', () => {
  const RAW = {
    order_size: '0.01',
    max_position: '0.03',
    fast_half_life_ms: '1000',
    slow_half_life_ms: '5000',
    entry_bps: '5',
    exit_bps: '1',
    max_volatility_bps: '50',
    slippage_bps: '10',
    cooldown_ms: '1000',
  };
  it('are read whole', () => {
    expect(parseMomentumParameters(RAW)).toEqual({ ok: true, value: PARAMETERS });
  });
  it.each([
    ['a slow average faster than the fast one', { ...RAW, slow_half_life_ms: '900' }, 'slow_half_life_ms'],
    ['an exit beyond the entry', { ...RAW, exit_bps: '5' }, 'exit_bps'],
    ['no pause', { ...RAW, cooldown_ms: '0' }, 'cooldown_ms'],
    ['a slippage of half the price', { ...RAW, slippage_bps: '5000' }, 'slippage_bps'],
  ])('refuse %s', (_story, raw, named) => {
    const read = parseMomentumParameters(raw);
    expect(!read.ok && read.refusal.map(({ parameter }) => parameter)).toEqual([named]);
  });
});

describe('laws of momentum', () => {
  const moves = fc.array(fc.integer({ min: -30, max: 30 }), { minLength: 60, maxLength: 200 });
  const played = (story: readonly number[]): readonly Submit[] => {
    const walk = new Walk();
    return story.flatMap((move) => {
      const made = walk.steps(1, move);
      for (const one of made)
        walk.done(one, move % 2 === 0 ? 'filled' : 'cancelled', move % 2 === 0 ? format(one.quantity) : '0');
      return made;
    });
  };

  it('the same market gives the same orders (I-32)', () => {
    fc.assert(
      fc.property(moves, (story) => expect(played(story)).toEqual(played(story))),
      { numRuns: 30 },
    );
  });

  it('never asks for nothing, off a tick or off a lot, and never holds more than it may', () => {
    fc.assert(
      fc.property(moves, (story) => {
        const walk = new Walk();
        let position = 0n;
        for (const move of story) {
          for (const one of walk.steps(1, move)) {
            expect(isLegalPrice(TRADED.priceRule, one.limitPrice)).toBe(true);
            expect(isLegalQuantity(TRADED.lot, one.quantity)).toBe(true);
            position += one.side === 'buy' ? one.quantity : -one.quantity;
            walk.done(one, 'filled', format(one.quantity));
            expect((position < 0n ? -position : position) <= PARAMETERS.maxPosition).toBe(true);
          }
        }
      }),
      { numRuns: 50 },
    );
  });
});
