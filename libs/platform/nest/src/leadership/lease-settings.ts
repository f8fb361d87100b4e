import { ConfigError, type ConfigProblem } from '@argosy/platform-config';
import { type LeaseTimes, leaseTimesProblems } from '@argosy/platform-election';
import { StoreServiceConfig } from '../fleet-config.js';

export const leaseTimes = (config: StoreServiceConfig): LeaseTimes => ({
  ttlMs: config.ELECTION_TTL,
  heartbeatMs: config.ELECTION_HEARTBEAT,
  marginMs: config.ELECTION_MARGIN,
  pollMs: config.ELECTION_POLL,
});

/**
 * Durations that are fine one by one and unsafe together end the start (HA-1).
 * @throws ConfigError with the reasons.
 */
export function checkLeaseTimes(config: object): void {
  if (!(config instanceof StoreServiceConfig)) return;
  const problems = leaseTimesProblems(leaseTimes(config)).map((problem): ConfigProblem => ({
    code: 'CONFIG_CONFLICT',
    where: 'ELECTION_TTL, ELECTION_HEARTBEAT, ELECTION_MARGIN, ELECTION_POLL',
    problem,
    fix: 'Keep heartbeat and margin together well below the TTL, the same for a leader and its standby',
  }));
  if (problems.length > 0) throw new ConfigError(problems);
}
