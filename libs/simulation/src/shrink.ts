import type { SimFault } from './faults/fault.js';
import { runSeed, type SeedOptions, type SeedReport } from './run-seed.js';

/**
 * Drops faults as long as the same invariant still breaks: what is left is what it takes. A plan of n faults costs at most
 * n² runs.
 */
export async function shrink(
  failed: SeedReport,
  options: Omit<SeedOptions, 'seed' | 'plan'> = {},
): Promise<SeedReport> {
  const broken = failed.violations[0]?.invariant;
  let smallest = failed;
  for (let at = 0; at < smallest.plan.length;) {
    const plan = smallest.plan.filter((_fault, index) => index !== at);
    const report = await runSeed({ ...options, seed: failed.seed, plan });
    if (report.violations.some(({ invariant }) => invariant === broken)) {
      smallest = report;
      at = 0;
    } else {
      at += 1;
    }
  }
  return smallest;
}

/** A fault in a few characters, for people. */
export const faultText = ({ kind, atMs, forMs, target, amount }: SimFault): string =>
  [
    `${kind} at ${String(atMs)} ms`,
    target === '' ? '' : `on ${target}`,
    amount === 0 ? '' : `of ${String(amount)}`,
    forMs === 0 ? '' : `for ${String(forMs)} ms`,
  ]
    .filter((word) => word !== '')
    .join(' ');
