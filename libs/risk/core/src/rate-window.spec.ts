import fc from 'fast-check';
import { RateWindow } from './rate-window.js';

describe('a rate window', () => {
  it('counts exactly what lies in the window, up to its largest count', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(300), { maxLength: 400 }), fc.integer({ min: 1, max: 50 }), (steps, countMax) => {
        const window = new RateWindow(1_000, 4, countMax);
        const moments: number[] = [];
        let now = 0;
        for (const step of steps) {
          now += step;
          moments.push(now);
          const expected = moments.filter((moment) => moment > now - 1_000).length;
          expect(window.add('k', now)).toBe(Math.min(expected, countMax));
        }
        const later = now + 500;
        expect(window.count('k', later)).toBe(
          Math.min(moments.filter((moment) => moment > later - 1_000).length, countMax),
        );
      }),
    );
  });

  it('keeps keys apart, lets the quietest go, and forgets at the very end of the window', () => {
    const window = new RateWindow(1_000, 2);
    window.add('a', 0);
    window.add('b', 1);
    window.add('a', 2);
    window.add('c', 3);
    expect([window.count('a', 3), window.count('b', 3), window.count('c', 3)]).toEqual([2, 0, 1]);
    expect([window.count('c', 1_002), window.count('c', 1_003)]).toEqual([1, 0]);
  });

  it('a flood costs no more per order than a trickle, in time and in memory', () => {
    const window = new RateWindow(1_000, 1, 10);
    for (let n = 0; n < 200_000; n += 1) window.add('k', n / 1_000);
    expect(window.count('k', 200)).toBe(10);
  });
});
