/** What a process knows of itself, for its status answer. */
export abstract class ProcessFacts {
  /** Release, e.g. `0.1.0`. */
  abstract readonly version: string;
  abstract readonly pid: number;
  /** Resident memory now. */
  abstract memoryBytes(): number;
  /** The named conditions of readiness, as the health report has them. */
  abstract conditions(): readonly ProcessCondition[];
  /** Processor time used since the start, ms: more than the time that passed when several threads work. */
  cpuMs?(): number;
  /** Its part in leadership; absent for a process that has no peers. */
  leadership?(): ProcessLeadership;
}

export interface ProcessLeadership {
  readonly role: 'primary' | 'standby';
  /** Its own when it leads, that of the leader it sees otherwise; 0 when there is none. */
  readonly epoch: number;
}

export interface ProcessCondition {
  readonly name: string;
  readonly met: boolean;
  readonly reason: string;
  /** Ns since 1970 UTC. */
  readonly sinceNs: bigint;
}

/** The part of a status answer that is the same for every service. */
export const describeProcess = (
  facts: ProcessFacts,
): Readonly<{
  version: string;
  pid: number;
  memoryBytes: bigint;
  conditions: ProcessCondition[];
}> => ({
  version: facts.version,
  pid: facts.pid,
  memoryBytes: BigInt(facts.memoryBytes()),
  conditions: [...facts.conditions()],
});

/** The part of a status answer that says who leads; a process without peers does. */
export const describeLeadership = (facts: ProcessFacts): ProcessLeadership =>
  facts.leadership?.() ?? { role: 'primary', epoch: 0 };
