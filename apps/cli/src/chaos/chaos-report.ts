import type { Plan } from './draw.js';
import { describeStep } from './scenario.js';
import type { Strike } from './strikes.js';
import { allHeld, type Verdict } from './verdict.js';

/** What a run ends with; the last line of standard output with `-o json`. */
export interface ChaosReport {
  readonly ok: boolean;
  readonly run: string;
  readonly seed: number;
  readonly fleet: string;
  readonly standbys: boolean;
  readonly again: string;
  readonly faults: readonly {
    readonly scenario: string;
    readonly what: string;
    readonly at_ms: number;
    readonly lasted_ms: number;
    readonly acted: number;
  }[];
  readonly checks: readonly Verdict[];
}

export function chaosReport(
  plan: Plan,
  fleet: { readonly name: string; readonly hasStandbys: boolean },
  strikes: readonly Strike[],
  checks: readonly Verdict[],
): ChaosReport {
  return {
    ok: allHeld(checks),
    run: plan.title,
    seed: plan.seed,
    fleet: fleet.name,
    standbys: fleet.hasStandbys,
    again: plan.again,
    faults: strikes.map(({ planned: { scenario, step }, beganMs, endedMs, acted }) => ({
      scenario,
      what: describeStep(step),
      at_ms: step.atMs,
      lasted_ms: Math.round(endedMs - beganMs),
      acted,
    })),
    checks,
  };
}
