import { FAULT_LOG_KEPT, FaultBook, type MessageFacts, RULES_MAX } from './fault-book.js';
import { FAULT_NAMES, FAULTS } from './fault-catalogue.js';
import type { FaultRule } from './fault-rule.js';
import { isFaultPlan, isFaultRule, parseFaultPlan, parseFaultRule } from './parse-fault.js';

const rule = (value: object): FaultRule => {
  const parsed = parseFaultRule(value);
  if (!isFaultRule(parsed)) throw new Error(parsed.join('\n'));
  return parsed;
};
const facts = (more: Partial<MessageFacts> = {}): MessageFacts => ({
  venue: 'hyperliquid',
  lane: 'public',
  channel: 'l2Book',
  coins: ['BTC'],
  ...more,
});
const drawnOf = (book: FaultBook, times: number, nowMs = 1_000): readonly boolean[] =>
  Array.from({ length: times }, () => book.draw(facts(), nowMs).length > 0);

describe('fault rules', () => {
  it('hold from when they begin until they end, or have acted often enough', () => {
    const book = new FaultBook();
    book.put('a', rule({ fault: 'drop', afterMs: 100, forMs: 200, count: 2 }), 1_000);
    const states = [1_000, 1_099, 1_100, 1_299, 1_300].map((nowMs) => book.rule('a', nowMs)?.state);
    expect(states).toEqual(['waiting', 'waiting', 'active', 'active', 'over']);
    expect(drawnOf(book, 4, 1_200)).toEqual([true, true, false, false]);
    expect(book.rule('a', 1_200)).toMatchObject({ state: 'spent', acted: 2 });
  });

  it.each([
    [{ venue: 'binance' }, false],
    [{ lane: 'public' }, true],
    [{ lane: 'private' }, false],
    [{ channel: 'bbo' }, false],
    [{ coin: 'BTC' }, true],
    [{ coin: 'ETH' }, false],
    [{ account: '0xAB' }, false],
  ])('a target of %j meets a public book of BTC: %s', (target, meets) => {
    const book = new FaultBook();
    book.put('a', rule({ fault: 'drop', target }), 0);
    expect(book.draw(facts(), 1)).toHaveLength(meets ? 1 : 0);
  });

  it('an account is compared in lower case', () => {
    const book = new FaultBook();
    book.put('a', rule({ fault: 'drop', target: { account: '0xAB' } }), 0);
    expect(book.draw(facts({ lane: 'private', account: '0xab' }), 1)).toHaveLength(1);
  });

  it('act on their share of messages, the same ones for the same seed and name, whatever other rules there are', () => {
    const run = (seed: number, others: readonly string[]): readonly boolean[] => {
      const book = new FaultBook(seed);
      for (const id of others) book.put(id, rule({ fault: 'delay', rate: 0.5, target: { coin: 'ETH' } }), 0);
      book.put('a', rule({ fault: 'drop', rate: 0.3 }), 0);
      return drawnOf(book, 1_000);
    };
    const share = run(1, []).filter(Boolean).length;
    expect(share).toBeGreaterThan(240);
    expect(share).toBeLessThan(360);
    expect(run(1, ['b', 'c'])).toEqual(run(1, []));
    expect(run(2, [])).not.toEqual(run(1, []));
  });

  it('log what they did, with moment and target, and forget the oldest', () => {
    const book = new FaultBook();
    book.put('a', rule({ fault: 'drop' }), 5);
    drawnOf(book, 3, 7);
    expect(book.entries(1)).toMatchObject(
      [2, 3, 4].map((seq) => ({ seq, atMs: 7, id: 'a', fault: 'drop', on: facts() })),
    );
    drawnOf(book, 3 * FAULT_LOG_KEPT);
    const entries = book.entries(0, Number.MAX_SAFE_INTEGER);
    expect(entries.length).toBeLessThan(2 * FAULT_LOG_KEPT);
    expect(entries.at(-1)?.seq).toBe(book.acts + 1);
  });

  it('are at most so many (I-57)', () => {
    const book = new FaultBook();
    for (let i = 0; i < RULES_MAX; i += 1) book.put(`r${String(i)}`, rule({ fault: 'drop' }), 0);
    expect([book.isFull('one-more'), book.isFull('r0')]).toEqual([true, false]);
  });
});

describe('reading fault rules', () => {
  it('fills up with the catalogue', () => {
    expect(rule({ fault: 'delay' })).toEqual({
      fault: 'delay',
      target: {},
      rate: 1,
      count: undefined,
      afterMs: 0,
      forMs: undefined,
      settings: { ms: 500, jitterMs: 0 },
    });
    for (const fault of FAULT_NAMES)
      expect(Object.keys(rule({ fault }).settings)).toEqual(Object.keys(FAULTS[fault].settings));
  });

  it.each([
    [null, 'a rule must be an object'],
    [{}, 'fault is missing'],
    [{ fault: 'explode' }, 'fault must be one of delay, drop'],
    [{ fault: 'constructor' }, 'fault must be one of'],
    [{ fault: 'drop', rate: 0 }, 'rate must be above 0'],
    [{ fault: 'drop', rate: 2 }, 'rate must be a number from 0 to 1, was 2'],
    [{ fault: 'drop', count: 1.5 }, 'count must be a whole number'],
    [{ fault: 'drop', forMs: -1 }, 'forMs must be a whole number'],
    [{ fault: 'drop', when: 1 }, "field 'when' is none of"],
    [{ fault: 'drop', target: { lane: 'side' } }, 'lane must be one of request'],
    [{ fault: 'book_gap', target: { lane: 'private' } }, 'lane private is not one that book_gap acts on: public'],
    [{ fault: 'delay', settings: { ms: -1 } }, 'ms must be a number from 0'],
    [{ fault: 'delay', settings: { mss: 1 } }, "setting of delay 'mss' is none of ms, jitterMs"],
    [{ fault: 'bad_price', settings: { value: 'odd' } }, 'value must be one of zero'],
    [{ fault: 'drop', target: [] }, 'target must be an object'],
  ])('%j is refused: %s', (value, problem) => {
    const parsed = parseFaultRule(value);
    expect(isFaultRule(parsed) ? [] : parsed.join('; ')).toContain(problem);
  });

  it('tells every problem of a plan at once, with the names of the rules', () => {
    const plan = parseFaultPlan({
      seed: -1,
      rules: { 'a b': { fault: 'drop' }, c: { fault: 'x' }, d: { fault: 'drop', rate: 9 } },
    });
    expect(isFaultPlan(plan) ? [] : plan).toEqual([
      expect.stringContaining('seed must be'),
      expect.stringContaining("id 'a b'"),
      expect.stringContaining('c: fault must be'),
      expect.stringContaining('d: rate must be'),
    ]);
  });
});
