import type { TimeNs } from '@argosy/domain';
import { SeededRandom } from '@argosy/testing';
import fc from 'fast-check';
import { VENUE_CLOCK_DEFAULTS, VenueClock } from './venue-clock.js';

const UTC_MS = 1_767_225_600_000;
const msOf = (time: TimeNs | undefined): number => Number((time ?? 0n) / 1_000n) / 1_000;

interface Look {
  readonly sentMs: number;
  readonly upMs: number;
  readonly downMs: number;
  readonly ageMs?: number;
  readonly ageMaxMs?: number;
}

/** A look at a venue whose clock shows `venueAt` at a moment of ours. */
const look = (venueAt: (ms: number) => number, { sentMs, upMs, downMs, ageMs = 0, ageMaxMs = 0 }: Look) => ({
  sentMonotonicMs: sentMs,
  receivedMonotonicMs: sentMs + upMs + downMs,
  venueMs: Math.floor(venueAt(sentMs + upMs) - ageMs),
  // A clock that shows whole milliseconds is up to one behind itself.
  stampAgeMsMax: ageMaxMs + 1,
});
const steady =
  (aheadMs: number, ppm = 0) =>
  (ms: number): number =>
    UTC_MS + aheadMs + ms * (1 + ppm / 1e6);

describe("the venue's clock (I-56, 5.9, F-36)", () => {
  it('is never more certain than the ways there and back allow, whatever they are', () => {
    const aLook = fc.record({
      gapMs: fc.integer({ min: 1_000, max: 30_000 }),
      upMs: fc.integer({ min: 0, max: 2_000 }),
      downMs: fc.integer({ min: 0, max: 2_000 }),
      ageMs: fc.integer({ min: 0, max: 250 }),
    });
    const drift = fc.integer({ min: -500, max: 500 });
    fc.assert(
      fc.property(fc.array(aLook, { minLength: 1, maxLength: 30 }), drift, (looks, ppm) => {
        const clock = new VenueClock();
        const truth = steady(1_500, ppm);
        let nowMs = 0;
        for (const { gapMs, ...ways } of looks) {
          nowMs += gapMs;
          clock.take(look(truth, { sentMs: nowMs, ...ways, ageMaxMs: 250 }));
          nowMs += ways.upMs + ways.downMs;
          const { offsetMs, uncertaintyMs } = clock.view(nowMs) ?? { offsetMs: 0, uncertaintyMs: 0 };
          expect(Math.abs(truth(nowMs) - nowMs - offsetMs)).toBeLessThanOrEqual(uncertaintyMs + 0.01);
          expect(msOf(clock.earliest(nowMs))).toBeLessThanOrEqual(truth(nowMs));
        }
        expect(clock.jumps).toBe(0);
      }),
      { numRuns: 200 },
    );
  });

  it('counts the quickest answer most', () => {
    const clock = new VenueClock();
    for (const [sentMs, upMs, downMs] of [
      [0, 200, 40],
      [1_000, 5, 5],
      [2_000, 90, 300],
    ] as const)
      clock.take(look(steady(-250), { sentMs, upMs, downMs }));
    const { offsetMs, uncertaintyMs } = clock.view(2_390) ?? { offsetMs: 0, uncertaintyMs: 0 };
    expect(Math.abs(offsetMs - UTC_MS + 250)).toBeLessThanOrEqual(uncertaintyMs);
    expect(uncertaintyMs).toBeLessThan(7);
  });

  it('allows no new order before the first look, while too uncertain, and after too long a silence', () => {
    const clock = new VenueClock();
    expect(clock.trouble(0)).toBe('clock_unknown');
    clock.take(look(steady(0), { sentMs: 0, upMs: 400, downMs: 400 }));
    expect(clock.trouble(800)).toBe('clock_uncertain');
    clock.take(look(steady(0), { sentMs: 1_000, upMs: 10, downMs: 10 }));
    expect(clock.trouble(1_020)).toBeUndefined();
    expect(clock.trouble(1_020 + VENUE_CLOCK_DEFAULTS.silenceMsMax)).toBeUndefined();
    expect(clock.trouble(1_021 + VENUE_CLOCK_DEFAULTS.silenceMsMax)).toBe('clock_unknown');
  });

  it.each([-5_000, 5_000])(
    'F-36 a step of %d ms stops new orders at the next look and is known at the second',
    (step) => {
      const clock = new VenueClock();
      clock.take(look(steady(0), { sentMs: 0, upMs: 10, downMs: 10 }));
      const stepped = steady(step);
      expect(clock.take(look(stepped, { sentMs: 15_000, upMs: 10, downMs: 10 }))).toBe('suspect');
      expect(clock.trouble(15_020)).toBe('clock_jumped');
      // Whichever is true, an expiry is not too late.
      expect(msOf(clock.earliest(15_020))).toBeLessThanOrEqual(Math.min(steady(0)(15_020), stepped(15_020)));
      expect([clock.isSampleDue(15_019), clock.isSampleDue(16_000)]).toEqual([true, true]);
      expect(clock.take(look(stepped, { sentMs: 16_000, upMs: 10, downMs: 10 }))).toBe('jumped');
      expect([clock.trouble(16_020), clock.jumps]).toEqual([undefined, 1]);
      expect(Math.abs(msOf(clock.earliest(16_020)) - stepped(16_020))).toBeLessThan(25);
    },
  );

  it('a stamp older than promised is forgotten by the next good look', () => {
    const clock = new VenueClock();
    const truth = steady(0);
    clock.take(look(truth, { sentMs: 0, upMs: 5, downMs: 5, ageMaxMs: 250 }));
    clock.take(look(truth, { sentMs: 10_000, upMs: 5, downMs: 5, ageMs: 900, ageMaxMs: 250 }));
    expect(clock.trouble(10_010)).toBe('clock_jumped');
    clock.take(look(truth, { sentMs: 11_000, upMs: 5, downMs: 5, ageMaxMs: 250 }));
    expect([clock.trouble(11_010), clock.jumps]).toEqual([undefined, 0]);
  });

  it('I-05 gives no request a moment past the deadline, by the venue’s own clock', () => {
    const random = new SeededRandom(7);
    const ways = () => Math.floor(random.unit() * 120);
    for (const ppm of [-500, 0, 500]) {
      const clock = new VenueClock();
      const truth = steady(-3_000, ppm);
      for (let nowMs = 0; nowMs < 600_000; nowMs += 15_000) {
        clock.take(look(truth, { sentMs: nowMs, upMs: ways(), downMs: ways(), ageMs: 50, ageMaxMs: 250 }));
        const askedMs = nowMs + 14_000;
        const deadlineMs = askedMs + 700;
        const expiry = clock.expiry(askedMs, deadlineMs, 1_000);
        expect(msOf(expiry)).toBeLessThanOrEqual(truth(deadlineMs));
        expect(msOf(expiry)).toBeGreaterThan(truth(deadlineMs) - 600);
      }
      expect(clock.jumps).toBe(0);
    }
  });

  it('gives no expiry at the deadline, nor while nothing is known', () => {
    const clock = new VenueClock();
    expect(clock.expiry(0, 1_000, 500)).toBeUndefined();
    clock.take(look(steady(0), { sentMs: 0, upMs: 1, downMs: 1 }));
    expect(clock.expiry(1_000, 1_000, 500)).toBeUndefined();
    expect(msOf(clock.expiry(900, 1_000, 500))).toBeLessThanOrEqual(steady(0)(1_000));
  });

  it('refuses a look that cannot be', () => {
    const clock = new VenueClock();
    const good = look(steady(0), { sentMs: 5, upMs: 1, downMs: 1 });
    expect(clock.take({ ...good, venueMs: Number.NaN })).toBe('refused');
    expect(clock.take({ ...good, receivedMonotonicMs: 0 })).toBe('refused');
    expect(clock.view(10)).toBeUndefined();
  });

  it('asks each interval, and not again while an answer is slow', () => {
    const clock = new VenueClock();
    expect(clock.isSampleDue(0)).toBe(true);
    clock.asked(0);
    expect([clock.isSampleDue(14_999), clock.isSampleDue(15_000)]).toEqual([false, true]);
  });

  it.each([
    ['uncertaintyMsMax', { uncertaintyMsMax: 0 }],
    ['driftPpm', { driftPpm: -1 }],
    ['sampleEveryMs', { sampleEveryMs: 30_001 }],
    ['silenceMsMax', { silenceMsMax: 10_000 }],
  ])('refuses a %s out of its bounds', (name, change) => {
    expect(() => new VenueClock({ ...VENUE_CLOCK_DEFAULTS, ...change })).toThrow(name);
  });
});
