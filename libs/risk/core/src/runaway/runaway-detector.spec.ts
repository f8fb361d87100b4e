import { accountId, instrumentId, strategyId } from '@argosy/domain';
import fc from 'fast-check';
import { RunawayDetector, type RunawayLimits } from './runaway-detector.js';

const LIMITS: RunawayLimits = {
  submissionsPerSecond: 50,
  refusalsPerWindow: 20,
  repeatsPerWindow: 10,
  flipsPerWindow: 4,
  windowMs: 10_000,
};
const LOOSE = strategyId('loose-1');
const OTHER = strategyId('other-1');
const MAIN = accountId('main');
const BTC = instrumentId('hyperliquid_BTC-PERP');

describe('a strategy that runs away (RK-5, F-41)', () => {
  it('10,000 signals in a second: found at the first beyond the limit, and nobody else is', () => {
    const detector = new RunawayDetector(LIMITS);
    let passed = 0;
    for (let signal = 0; signal < 10_000; signal += 1) {
      if (detector.submitted(LOOSE, `order ${String(signal)}`, signal / 10) === undefined) passed += 1;
    }
    expect(passed).toBe(LIMITS.submissionsPerSecond);
    expect(detector.submitted(OTHER, 'one', 1_000)).toBeUndefined();
  });

  it('a loop that asks for the same order again and again', () => {
    const detector = new RunawayDetector(LIMITS);
    const kinds = Array.from({ length: 11 }, (_v, index) => detector.submitted(LOOSE, 'buy 1 at 2', index * 100)?.kind);
    expect(kinds).toEqual([...Array.from({ length: 10 }, () => undefined), 'repeated_execution']);
    expect(detector.submitted(OTHER, 'buy 1 at 2', 1_200)).toBeUndefined();
  });

  it('one that only collects refusals', () => {
    const detector = new RunawayDetector(LIMITS);
    const kinds = Array.from({ length: 21 }, (_v, index) => detector.refused(LOOSE, index * 400)?.kind);
    expect(kinds.filter((kind) => kind !== undefined)).toEqual(['refusal_flood']);
  });

  it('one that turns its position over and over, through flat or not', () => {
    const detector = new RunawayDetector(LIMITS);
    const positions = [1n, -1n, 0n, 1n, 2n, -2n, 0n, -1n, 1n, -1n];
    const found = positions.map((position, index) => detector.moved(LOOSE, MAIN, BTC, position, index)?.kind);
    expect(found).toEqual([...Array.from({ length: 9 }, () => undefined), 'flip_flop']);
  });

  it('the same spread over time is no runaway', () => {
    const detector = new RunawayDetector(LIMITS);
    const asked = Array.from({ length: 500 }, (_v, index) =>
      detector.submitted(LOOSE, `order ${String(index)}`, index * 21),
    );
    const turned = Array.from({ length: 50 }, (_v, index) =>
      detector.moved(LOOSE, MAIN, BTC, index % 2 === 0 ? 1n : -1n, index * 3_000),
    );
    expect([...asked, ...turned].every((found) => found === undefined)).toBe(true);
  });

  it('whatever the rhythm, no second lets more pass than the limit', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 60, maxLength: 300 }), (gaps) => {
        const detector = new RunawayDetector(LIMITS);
        const passed: number[] = [];
        let now = 0;
        for (const gap of gaps) {
          now += gap;
          if (detector.submitted(LOOSE, String(now), now) === undefined) passed.push(now);
        }
        const most = Math.max(
          0,
          ...passed.map((at) => passed.filter((other) => other > at - 1_000 && other <= at).length),
        );
        expect(most <= LIMITS.submissionsPerSecond).toBe(true);
      }),
    );
  });
});
