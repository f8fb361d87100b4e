import { type Amount, format, ONE, parseAmount, strategyId, type TimeNs } from '@argosy/domain';
import fc from 'fast-check';
import { allowsMore, overrideAt, type PositionOverride, stricterOverride } from './position-override.js';

const MINUTE = 60_000_000_000n;
const T0 = 1_000n * MINUTE;
const after = (minutes: number): TimeNs => (T0 + BigInt(Math.round(minutes * 60)) * 1_000_000_000n) as TimeNs;
const an = (changes: Partial<PositionOverride> = {}): PositionOverride => ({
  strategyId: undefined,
  sizeFactor: parseAmount('0.1'),
  maxPositionPct: parseAmount('0.005'),
  actor: 'ann',
  reason: 'slippage',
  since: after(0),
  ...changes,
});
const restoring = (steps: number, minutes: number): PositionOverride =>
  an({ restore: { startedAt: after(0), steps, stepIntervalNs: BigInt(minutes) * MINUTE } });
const factorAt = (override: PositionOverride, minutes: number): string => {
  const present = overrideAt(override, after(minutes));
  return present === undefined ? 'restored' : format(present.sizeFactor);
};

describe('a position override (RK-6)', () => {
  it('holds until somebody restores it', () => {
    expect([factorAt(an(), 0), factorAt(an(), 100_000)]).toEqual(['0.1', '0.1']);
  });

  it('goes back in equal steps on the clock, the first at once', () => {
    const override = restoring(3, 10);
    expect([-1, 0, 9.9, 10, 19.9, 20, 1_000].map((minutes) => factorAt(override, minutes))).toEqual([
      '0.1',
      '0.4',
      '0.4',
      '0.7',
      '0.7',
      'restored',
      'restored',
    ]);
    expect(overrideAt(override, after(12))).toMatchObject({ stepsLeft: 1, nextStepAt: after(20) });
    expect(overrideAt(override, after(12))?.maxPositionPct).toBe(parseAmount('0.005'));
  });

  it('never allows less later than sooner while it is restored, and never more than everything', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), fc.nat(3_000), fc.nat(500), (steps, minutes, more) => {
        const override = restoring(steps, 5);
        const [sooner, later] = [minutes, minutes + more].map(
          (at) => overrideAt(override, after(at))?.sizeFactor ?? ONE,
        );
        expect((sooner as bigint) <= (later as bigint) && (later as bigint) <= ONE).toBe(true);
      }),
    );
  });

  it('of two that hold at once the smaller of each counts', () => {
    const fleet = overrideAt(an({ sizeFactor: parseAmount('0.5') }), after(0));
    const own = overrideAt(an({ strategyId: strategyId('maker-1'), maxPositionPct: undefined }), after(0));
    expect(stricterOverride(fleet, own)).toEqual({
      sizeFactor: parseAmount('0.1'),
      maxPositionPct: parseAmount('0.005'),
    });
    expect(stricterOverride(undefined, own)).toBe(own);
    expect(stricterOverride(undefined, undefined)).toBeUndefined();
  });

  it.each([
    ['a larger factor', { sizeFactor: parseAmount('0.2') }, true],
    ['no share of equity any more', { maxPositionPct: undefined }, true],
    ['a larger share of equity', { maxPositionPct: parseAmount('0.006') }, true],
    ['the same', {}, false],
    ['less', { sizeFactor: 1n as Amount }, false],
  ])('%s would allow more: %p', (_what, changes, more) => {
    expect(allowsMore(overrideAt(an(), after(0))!, an(changes))).toBe(more);
  });
});
