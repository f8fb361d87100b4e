const MICROS_PER_SECOND = 1e6;

/**
 * Runs `work` and returns its units a second of this process's CPU time (garbage collection and compilation included):
 * for work that never waits, this is its rate on a machine of its own, whoever else is busy on this one. It does not
 * collect garbage first: a forced collection also throws away optimised code, and the round would measure the compiler.
 */
export function cpuRate(units: number, work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (units * MICROS_PER_SECOND) / (user + system);
}
