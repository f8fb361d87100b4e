import { actionWeight, itemsWeight, questionWeight, RateLimits, VENUE_LIMITS } from './rate-limits.js';

const START_MS = 1_000_000;

describe('what one caller may ask (EX-1, F-37)', () => {
  it.each([
    ['l2Book', 2],
    ['orderStatus', 2],
    ['userRole', 60],
    ['openOrders', 20],
    ['constructor', 20],
  ])('a question of %s weighs %d', (type, weight) => {
    expect(questionWeight(type)).toBe(weight);
  });

  it('weighs batches by forties and long answers by twenties', () => {
    expect([1, 39, 40, 79, 80].map(actionWeight)).toEqual([1, 1, 2, 2, 3]);
    expect([itemsWeight('userFills', 45), itemsWeight('candleSnapshot', 119), itemsWeight('meta', 500)]).toEqual([
      2, 1, 0,
    ]);
  });

  it('gives 1,200 a minute, then 429 until there is enough again', () => {
    const limits = new RateLimits(VENUE_LIMITS);
    for (let i = 0; i < 60; i += 1) expect(limits.take('a', 20, START_MS)).toBeUndefined();
    expect(limits.take('a', 20, START_MS)).toEqual({ kind: 'limited', retryAfterMs: 1_000 });
    expect(limits.take('b', 20, START_MS)).toBeUndefined();
    expect(limits.take('a', 20, START_MS + 1_000)).toBeUndefined();
    expect(limits.bans).toBe(0);
  });

  it('takes what a long answer weighed from what is left', () => {
    const limits = new RateLimits(VENUE_LIMITS);
    limits.take('a', 20, START_MS);
    limits.charge('a', 1_200);
    expect(limits.take('a', 20, START_MS)).toEqual({ kind: 'limited', retryAfterMs: 2_000 });
  });

  it('bans who does not wait, counts it once, and tells of it', () => {
    const told: [string, number][] = [];
    const limits = new RateLimits({ ...VENUE_LIMITS, strikes: 3, banMs: 5_000 }, (from, forMs) =>
      told.push([from, forMs]),
    );
    limits.force('a', START_MS, 1_000, { strikes: 3, banMs: 5_000 });
    const kinds = Array.from({ length: 5 }, () => limits.take('a', 1, START_MS + 1)?.kind);
    expect(kinds).toEqual(['limited', 'limited', 'banned', 'banned', 'banned']);
    expect([limits.bans, told]).toEqual([1, [['a', 5_000]]]);
    expect(limits.take('a', 1, START_MS + 5_001)).toBeUndefined();
  });

  it('counts the messages of sockets', () => {
    const limits = new RateLimits({ ...VENUE_LIMITS, messagesPerMinute: 2 });
    const answers = [1, 2, 3].map(() => limits.takeMessage('a', START_MS)?.kind);
    expect(answers).toEqual([undefined, undefined, 'limited']);
  });
});
