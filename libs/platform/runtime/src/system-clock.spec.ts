import { SystemClock } from './system-clock.js';
import { SystemRandom } from './system-random.js';
import { SystemTimers } from './system-timers.js';

describe('the machine as ports', () => {
  it('tells UTC within a millisecond of the wall clock, never behind itself by more than that', () => {
    const clock = new SystemClock();
    for (let i = 0; i < 10_000; i += 1) {
      const [before, now, after] = [Date.now(), clock.now(), Date.now()];
      expect(now >= BigInt(before) * 1_000_000n).toBe(true);
      expect(now < BigInt(after + 1) * 1_000_000n).toBe(true);
    }
  });

  it('has a monotonic clock that never goes back', () => {
    const clock = new SystemClock();
    let last = clock.monotonicMs();
    for (let i = 0; i < 10_000; i += 1) {
      const next = clock.monotonicMs();
      expect(next).toBeGreaterThanOrEqual(last);
      last = next;
    }
  });

  it('runs a timer once, an interval until cancelled, and a cancelled timer never', async () => {
    const timers = new SystemTimers();
    const seen: string[] = [];
    timers.after(0, () => seen.push('cancelled')).cancel();
    await new Promise<void>((resolve) => {
      const interval = timers.every(1, () => {
        seen.push('tick');
        if (seen.length < 3) return;
        interval.cancel();
        timers.after(5, resolve);
      });
    });
    expect(seen).toEqual(['tick', 'tick', 'tick']);
  });

  it.each([-1, Number.NaN, 2 ** 31])('refuses a delay of %s ms, which Node would run at once', (delayMs) => {
    expect(() => new SystemTimers().after(delayMs, () => undefined)).toThrow('out of range');
  });

  it('draws from [0, 1) and fills bytes', () => {
    const random = new SystemRandom();
    const units = Array.from({ length: 1_000 }, () => random.unit());
    expect(units.every((unit) => unit >= 0 && unit < 1)).toBe(true);
    expect(new Set(units).size).toBe(1_000);
    expect(random.bytes(16)).toHaveLength(16);
    expect(Buffer.from(random.bytes(16)).equals(Buffer.from(random.bytes(16)))).toBe(false);
  });
});
