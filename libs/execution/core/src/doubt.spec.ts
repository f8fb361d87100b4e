import { timeNs } from '@argosy/domain';
import { A_MOMENT, anOrder } from '@argosy/testing';
import { isEscalationDue, isQueryDue, newDoubt, withBurn, withBurnTried, withNotFound } from './doubt.js';

const POLICY = { visibilityLagMs: 2_000, queryIntervalMs: 500, escalateAfterMs: 30_000 };
const doubt = newDoubt(anOrder({ state: 'in_doubt' }), timeNs(A_MOMENT + 1_000_000_000n), 100);
const at = (monotonicMs: number) => ({ monotonicMs });

describe('an order in doubt (I-27)', () => {
  it('is asked about at once and then each interval; told to a person once, at the limit', () => {
    expect(isQueryDue(doubt, at(100), POLICY)).toBe(true);
    expect(isQueryDue({ ...doubt, lastQueryMonotonicMs: 100 }, at(599), POLICY)).toBe(false);
    expect(isQueryDue({ ...doubt, lastQueryMonotonicMs: 100 }, at(600), POLICY)).toBe(true);
    expect(isEscalationDue(doubt, at(30_099), POLICY)).toBe(false);
    expect(isEscalationDue(doubt, at(30_100), POLICY)).toBe(true);
    expect(isEscalationDue({ ...doubt, escalated: true }, at(40_000), POLICY)).toBe(false);
  });

  it('keeps the newest evidence, and never grows with the questions asked', () => {
    const asked = Array.from({ length: 100 }, (_, index) => timeNs(A_MOMENT + BigInt(index)));
    const { evidence } = asked.reduce(withNotFound, doubt);
    expect(evidence.notFound).toEqual(asked.slice(-4));
    expect(withBurn(withBurnTried(doubt), 'already_used', A_MOMENT).evidence).toEqual({
      expiresAt: A_MOMENT + 1_000_000_000n,
      burn: { answer: 'already_used', at: A_MOMENT },
      burnsTried: 1,
      notFound: [],
    });
  });
});
