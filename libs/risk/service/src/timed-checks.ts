import type { Clock } from '@argosy/domain';
import type { Histogram } from '@argosy/platform-port';
import { RISK_CHECKS, type RiskCheck } from '@argosy/risk-core';

const TIMED = 'instrumentRules';

/** The policy as it is; the check of an instrument's rules is timed, which the manuals ask for by itself. */
export function timedChecks(clock: Clock, seconds: Histogram<never>): ReadonlyMap<string, RiskCheck> {
  const check = RISK_CHECKS.get(TIMED);
  if (check === undefined) return RISK_CHECKS;
  const timed: RiskCheck = (request, view) => {
    const startedMs = clock.monotonicMs();
    const refusal = check(request, view);
    seconds.observe({}, (clock.monotonicMs() - startedMs) / 1_000);
    return refusal;
  };
  // Setting a known key keeps its place, and the order is policy.
  return new Map(RISK_CHECKS).set(TIMED, timed);
}
