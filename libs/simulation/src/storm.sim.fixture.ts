import { isAtStart } from './faults/crash-points.js';
import type { CrashSide } from './fleet/crash-schedule.js';
import { runSeed } from './run-seed.js';

/** What broke in so many seeds from `first` on: empty when nothing did. */
export async function broken(first: number, seeds: number): Promise<readonly string[]> {
  const found: string[] = [];
  for (let seed = first; seed < first + seeds; seed += 1) {
    const { violations } = await runSeed({ seed });
    for (const { invariant, message } of violations.slice(0, 3))
      found.push(`seed ${String(seed)}: ${invariant} ${message}; again: npm run sim -- --seed ${String(seed)}`);
  }
  return found;
}

const CRASH_SEED = 1;
const CRASH_AT_MS = 9_000;
const TAKEN_BACK_MS = 2_000;

/** One fleet-minute in which nothing goes wrong but this: whoever crosses the boundary next dies on one side of it. */
export async function crashedAt(
  target: string,
  side: CrashSide,
): Promise<{ readonly met: number; readonly violations: readonly string[] }> {
  const atMs = isAtStart(target) ? 0 : CRASH_AT_MS;
  const plan = [{ kind: `crash_${side}`, target, amount: 1, atMs, forMs: TAKEN_BACK_MS }];
  const { coverage, violations } = await runSeed({ seed: CRASH_SEED, plan });
  return {
    met: coverage[`crash point ${side} ${target}`] ?? 0,
    violations: violations.slice(0, 3).map(({ invariant, message }) => `${invariant} ${message}`),
  };
}
