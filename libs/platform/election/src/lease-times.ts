/** The four durations of the protocol, ms. */
export interface LeaseTimes {
  /** A standby takes over when it has seen no renewal for so long. */
  readonly ttlMs: number;
  /** From the sending of one renewal to that of the next. */
  readonly heartbeatMs: number;
  /** The holder stops this much before anybody else may begin: clocks that run unevenly, and the tick itself. */
  readonly marginMs: number;
  /** Between two looks of a standby. */
  readonly pollMs: number;
}

export const LEASE_TIMES: LeaseTimes = { ttlMs: 1_200, heartbeatMs: 200, marginMs: 300, pollMs: 50 };

/** Less is below what timers and a store can keep. */
const ANSWER_MS_MIN = 20;

/**
 * How long one question to the store may take: a renewal that hangs is given up in time for a second one, on another
 * connection, before the deadline. Ms.
 */
export const answerLimitMs = ({ ttlMs, heartbeatMs, marginMs }: LeaseTimes): number =>
  Math.floor((ttlMs - marginMs - heartbeatMs) / 2);

/** What makes these durations unsafe or useless, as sentences; none when they may be used. */
export function leaseTimesProblems(times: LeaseTimes): readonly string[] {
  const { ttlMs, heartbeatMs, marginMs, pollMs } = times;
  const named = Object.entries({ TTL: ttlMs, heartbeat: heartbeatMs, margin: marginMs, poll: pollMs });
  const senseless = named.filter(([, value]) => !Number.isSafeInteger(value) || value <= 0);
  if (senseless.length > 0)
    return senseless.map(([name, value]) => `the ${name} has to be above zero, was ${String(value)} ms`);
  const told = (name: string, value: number): string =>
    `the ${name} of ${String(value)} ms is not below the TTL of ${String(ttlMs)} ms`;
  const problems = [
    ...(heartbeatMs >= ttlMs ? [`${told('heartbeat', heartbeatMs)}: the lease would run out between two of them`] : []),
    ...(marginMs >= ttlMs ? [`${told('margin', marginMs)}: the deadline would lie before the renewal`] : []),
    ...(pollMs >= ttlMs ? [`${told('poll', pollMs)}: a standby would not see the leader's renewals`] : []),
  ];
  if (problems.length > 0) return problems;
  if (answerLimitMs(times) >= ANSWER_MS_MIN) return [];
  return [
    `the heartbeat of ${String(heartbeatMs)} ms and the margin of ${String(marginMs)} ms leave less than ` +
      `${String(2 * ANSWER_MS_MIN)} ms of the TTL of ${String(ttlMs)} ms for the store to answer`,
  ];
}
