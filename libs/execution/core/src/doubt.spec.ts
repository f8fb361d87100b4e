import { timeNs } from '@argosy/domain';
import { A_MOMENT, anOrder } from '@argosy/testing';
import { type Doubt, isEscalationDue, isQueryDue, recordNotFound } from './doubt.js';

const POLICY = { visibilityLagMs: 2_000, queryIntervalMs: 500, escalateAfterMs: 30_000 };
const doubt: Doubt = {
  order: anOrder({ state: 'in_doubt' }),
  expiresAt: timeNs(A_MOMENT + 1_000_000_000n),
  sinceMonotonicMs: 100,
  notFound: 0,
  escalated: false,
  burn: 'untried',
};
const at = (ms: number) => ({ now: timeNs(A_MOMENT + BigInt(ms) * 1_000_000n), monotonicMs: ms });
/** Denials at these moments, ms after the order; whether the last one proves it absent. */
const denied = (...moments: number[]): boolean => {
  let [now, absent] = [doubt, false];
  for (const ms of moments) ({ doubt: now, absent } = recordNotFound(now, at(ms), POLICY));
  return absent;
};

describe('an order in doubt (I-27)', () => {
  const stories: ReadonlyArray<[string, number[], boolean]> = [
    ['a hundred denials before expiry plus lag prove nothing (5.2)', Array.from({ length: 100 }, () => 3_000), false],
    ['one late denial is none', [3_001], false],
    ['two late denials are proof', [3_001, 3_501], true],
    ['an early one does not count towards two', [3_000, 3_001], false],
  ];
  it.each(stories)('%s', (_story, moments, absent) => {
    expect(denied(...moments)).toBe(absent);
  });

  it('is asked about at once and then each interval; told to a person once, at the limit', () => {
    expect(isQueryDue(doubt, at(100), POLICY)).toBe(true);
    expect(isQueryDue({ ...doubt, lastQueryMonotonicMs: 100 }, at(599), POLICY)).toBe(false);
    expect(isQueryDue({ ...doubt, lastQueryMonotonicMs: 100 }, at(600), POLICY)).toBe(true);
    expect(isEscalationDue(doubt, at(30_099), POLICY)).toBe(false);
    expect(isEscalationDue(doubt, at(30_100), POLICY)).toBe(true);
    expect(isEscalationDue({ ...doubt, escalated: true }, at(40_000), POLICY)).toBe(false);
  });
});
