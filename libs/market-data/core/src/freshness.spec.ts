import { judgeFreshness } from './staleness.js';
import { VenueClock } from './venue-clock.js';

const T0 = 1_723_161_255_000;
/** Sampled with a round trip of 20 ms. */
function sample(clock: VenueClock, atMs: number, venueMs: number): void {
  clock.add({ sentMs: atMs - 10, receivedMs: atMs + 10, venueMs });
}
/** A venue clock sampled every five seconds up to 10 s. */
function clockAt(rate: number, offsetMs = 0): VenueClock {
  const clock = new VenueClock();
  for (const atMs of [0, 5_000, 10_000]) sample(clock, atMs, T0 + offsetMs + atMs * rate);
  return clock;
}

describe('the venue clock', () => {
  it('takes a drifting clock for real time and a replay for what it is', () => {
    expect(clockAt(1.0001).rate).toBe(1);
    expect(clockAt(10).rate).toBeCloseTo(10, 6);
    expect(clockAt(0.1).rate).toBeCloseTo(0.1, 6);
    expect(clockAt(0).rate).toBeGreaterThan(0);
  });

  it('F-36: takes a clock that was set for a step, not for another rate, and asks for one more look', () => {
    const clock = clockAt(1);
    sample(clock, 12_000, T0 + 17_000);
    expect([clock.rate, clock.isDoubtful, clock.venueMsAt(12_000)]).toEqual([1, true, T0 + 17_000]);
    sample(clock, 13_000, T0 + 18_000);
    expect([clock.rate, clock.isDoubtful]).toEqual([1, false]);
    // Set back, it stands until caught up: a step as well, or a replay that waits. Real time is believed at once.
    for (const atMs of [15_000, 16_000, 17_000]) sample(clock, atMs, T0 + 18_000);
    expect(clock.rate).toBeLessThan(0.01);
    sample(clock, 19_000, T0 + 19_000);
    expect(clock.isDoubtful).toBe(true);
    sample(clock, 20_000, T0 + 20_000);
    expect([clock.rate, clock.isDoubtful]).toEqual([1, false]);
  });

  it('follows a replay whose speed is changed, once it has been measured twice', () => {
    const clock = clockAt(10);
    sample(clock, 11_000, T0 + 102_000);
    expect([Math.round(clock.rate), clock.isDoubtful]).toEqual([10, true]);
    sample(clock, 12_000, T0 + 104_000);
    expect([clock.rate, clock.isDoubtful]).toEqual([2, false]);
  });

  it('keeps the sample with the shorter round trip while two lie close together', () => {
    const clock = new VenueClock();
    clock.add({ sentMs: 0, receivedMs: 10, venueMs: T0 });
    clock.add({ sentMs: 20, receivedMs: 420, venueMs: T0 + 9_999 });
    expect(clock.uncertaintyMs).toBe(5);
    expect(clock.venueMsAt(5)).toBe(T0);
    expect(clock.isRateKnown).toBe(false);
  });

  it('ignores a sample that was received before it was sent', () => {
    const clock = new VenueClock();
    clock.add({ sentMs: 10, receivedMs: 0, venueMs: T0 });
    expect(clock.isKnown).toBe(false);
  });
});

describe('freshness (5.8)', () => {
  const cases: readonly [
    story: string,
    clock: VenueClock,
    nowMs: number,
    receivedMs: number,
    venueMs: number,
    stale: boolean,
  ][] = [
    ['an event of this moment', clockAt(1), 20_000, 19_990, T0 + 19_980, false],
    ['at the limit', clockAt(1), 20_000, 17_000, T0 + 17_000, false],
    ['one ms beyond the limit in silence', clockAt(1), 20_000, 16_999, T0 + 17_500, true],
    ['old news, promptly delivered', clockAt(1), 20_000, 20_000, T0 + 16_900, true],
    ['news from the future', clockAt(1), 20_000, 20_000, T0 + 23_100, true],
    ['a venue clock 1.27 s ahead, measured', clockAt(1, 1_270), 20_000, 20_000, T0 + 21_250, false],
    ['a replay at ten times real time', clockAt(10), 20_000, 19_990, T0 + 199_500, false],
    ['a silence in a replay at ten times real time', clockAt(10), 20_000, 16_000, T0 + 160_000, true],
    ['a silence stretched by a replay at a tenth', clockAt(0.1), 20_000, 10_000, T0 + 1_000, false],
    ['without any clock, by receive time alone', new VenueClock(), 20_000, 19_000, 1, false],
    ['without any clock, silent', new VenueClock(), 20_000, 16_000, T0, true],
  ];
  it.each(cases)('%s', (_story, clock, nowMs, receivedMs, venueMs, stale) => {
    const verdict = judgeFreshness({ nowMs, receivedMs, venueMs, limitMs: 3_000 }, clock);
    expect(verdict.stale).toBe(stale);
    expect(verdict.reason === '').toBe(!stale);
  });
});

describe('a socket that lives proves nothing (I-30)', () => {
  it('known failure: a silently stale book on a live socket', () => {
    const clock = clockAt(1);
    // Other channels of the socket go on, and the venue's clock is sampled: only this book says nothing more.
    const book = { receivedMs: 20_000, venueMs: T0 + 19_990, limitMs: 3_000 };
    const verdicts = [20_500, 22_900, 23_100, 60_000].map((nowMs) => {
      clock.add({ sentMs: nowMs - 20, receivedMs: nowMs, venueMs: T0 + nowMs - 10 });
      return judgeFreshness({ ...book, nowMs }, clock).stale;
    });
    expect(verdicts).toEqual([false, false, true, true]);
    expect(judgeFreshness({ ...book, nowMs: 23_100 }, new VenueClock()).stale).toBe(true);
    // And one that repeats its old news in time is as stale as one that is silent.
    expect(judgeFreshness({ ...book, receivedMs: 60_000, nowMs: 60_000 }, clock)).toMatchObject({
      stale: true,
      reason: expect.stringContaining("venue's own time") as string,
    });
  });
});
