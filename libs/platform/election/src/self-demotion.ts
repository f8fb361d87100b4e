/**
 * When a leader that still answers should hand over all the same (HA-1), as plain functions over what was measured. It
 * refuses to demote for what a standby would suffer as well, and to go on demoting when that does not help.
 */
export interface DemotionLimits {
  /** Checks in a row that have to fail. */
  readonly unhealthyChecks: number;
  /** A check that comes so much later than planned found the event loop busy, ms. */
  readonly loopLagMs: number;
  readonly laggingChecks: number;
  /** Share of one processor, 0 to 1. */
  readonly cpuShare: number;
  readonly cpuForMs: number;
  /** Resident memory, bytes. */
  readonly memoryBytes: number;
}

export const DEMOTION_LIMITS: Omit<DemotionLimits, 'memoryBytes'> = {
  unhealthyChecks: 5,
  loopLagMs: 250,
  laggingChecks: 5,
  cpuShare: 0.95,
  cpuForMs: 60_000,
};

/** Share of the limit at which memory counts as exhausted: handing over needs some itself. */
const MEMORY_SHARE_MAX = 0.95;

export interface ProcessSample {
  /** On the process's monotonic clock. */
  readonly atMs: number;
  /** How late this check came, ms. */
  readonly loopLagMs: number;
  /** Processor time used since the start, ms. */
  readonly cpuMs: number;
  readonly memoryBytes: number;
  /** What this process cannot do and another might; undefined when it is well. */
  readonly unhealthy: string | undefined;
}

export interface Condition {
  readonly last: ProcessSample | undefined;
  readonly unhealthyChecks: number;
  readonly laggingChecks: number;
  readonly cpuBusySinceMs: number | undefined;
}

export const WELL: Condition = { last: undefined, unhealthyChecks: 0, laggingChecks: 0, cpuBusySinceMs: undefined };

/** The condition after one more check. */
export function examine(before: Condition, sample: ProcessSample, limits: DemotionLimits): Condition {
  const { last } = before;
  const elapsedMs = last === undefined ? 0 : sample.atMs - last.atMs;
  const share = last === undefined || elapsedMs <= 0 ? 0 : (sample.cpuMs - last.cpuMs) / elapsedMs;
  return {
    last: sample,
    unhealthyChecks: sample.unhealthy === undefined ? 0 : before.unhealthyChecks + 1,
    laggingChecks: sample.loopLagMs < limits.loopLagMs ? 0 : before.laggingChecks + 1,
    cpuBusySinceMs: share < limits.cpuShare ? undefined : (before.cpuBusySinceMs ?? last?.atMs),
  };
}

/** Why to step down, or undefined. */
export function reasonToStepDown(condition: Condition, limits: DemotionLimits): string | undefined {
  const { last, unhealthyChecks, laggingChecks, cpuBusySinceMs } = condition;
  if (last === undefined) return undefined;
  if (unhealthyChecks >= limits.unhealthyChecks)
    return `its own health failed ${String(unhealthyChecks)} checks in a row: ${last.unhealthy ?? ''}`;
  if (laggingChecks >= limits.laggingChecks)
    return `the event loop lagged by ${String(Math.round(last.loopLagMs))} ms, ${String(laggingChecks)} checks in a row`;
  const busyMs = cpuBusySinceMs === undefined ? 0 : last.atMs - cpuBusySinceMs;
  if (busyMs >= limits.cpuForMs)
    return `the processor was over ${String(Math.round(limits.cpuShare * 100))} % for ${String(Math.round(busyMs / 1_000))} s`;
  if (last.memoryBytes >= limits.memoryBytes * MEMORY_SHARE_MAX)
    return `memory is at ${String(last.memoryBytes)} of ${String(limits.memoryBytes)} bytes`;
  return undefined;
}

/** One earlier time that a process in this place stepped down. */
export interface StepDown {
  readonly agoMs: number;
}

export interface FlapLimits {
  /** Within `windowMs`; then whoever leads stays and tells people. */
  readonly stepDownsMax: number;
  readonly windowMs: number;
  /** Before a process that stepped down once may lead again; doubled with each further time. */
  readonly backOffMs: number;
  readonly backOffMsMax: number;
}

export const FLAP_LIMITS: FlapLimits = {
  stepDownsMax: 3,
  windowMs: 3_600_000,
  backOffMs: 30_000,
  backOffMsMax: 600_000,
};

const recent = (earlier: readonly StepDown[], { windowMs }: FlapLimits): readonly StepDown[] =>
  earlier.filter(({ agoMs }) => agoMs < windowMs);

/** Why to stay although there is a reason to go, or undefined. `earlier` are those of every candidate of the lease. */
export function reasonToStay(
  earlier: readonly StepDown[],
  isStandbyThere: boolean,
  limits: FlapLimits = FLAP_LIMITS,
): string | undefined {
  if (!isStandbyThere) return 'nobody stands by';
  const count = recent(earlier, limits).length;
  if (count < limits.stepDownsMax) return undefined;
  return `it was stepped down from ${String(count)} times in the last ${String(limits.windowMs / 60_000)} minutes already`;
}

/** How long a candidate whose place has stepped down waits before it may lead again, ms. `own` are those of its place. */
export function backOffMs(own: readonly StepDown[], limits: FlapLimits = FLAP_LIMITS): number {
  const times = recent(own, limits);
  if (times.length === 0) return 0;
  const wantedMs = Math.min(limits.backOffMs * 2 ** (times.length - 1), limits.backOffMsMax);
  return Math.max(0, wantedMs - Math.min(...times.map(({ agoMs }) => agoMs)));
}
