import { type FaultPlan, isFaultPlan, parseFaultPlan } from '@argosy/exchange-core';
import type { Disk } from '@argosy/platform-port';
import { UsageError } from './sim-config.js';

/** The fault rules of a file. @throws UsageError with every problem at once; Fault STORE_UNAVAILABLE */
export async function readFaults(disk: Disk, path: string): Promise<FaultPlan> {
  const text = new TextDecoder().decode(await disk.readFile(path));
  const plan = parseFaultPlan(parsed(text));
  if (isFaultPlan(plan)) return plan;
  throw new UsageError(plan.map((problem) => `--faults ${path}: ${problem}`));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
