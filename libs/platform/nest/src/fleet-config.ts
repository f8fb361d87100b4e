import { DurationMs, Int, Optional, type Secret, SecretText, Text } from '@argosy/platform-config';
import { withPostgres } from '@argosy/platform-database';
import { LEASE_TIMES } from '@argosy/platform-election';
import { ServiceConfig } from './service-config.js';

/** A service that speaks on the fleet's wire. */
export class FleetServiceConfig extends ServiceConfig {
  /** Several servers with commas between. */
  @Text({ pattern: /^(nats|tls):\/\/[A-Za-z0-9.:/,_-]+$/, lengthMax: 400 })
  readonly NATS_URL: string = 'nats://127.0.0.1:4222';
  /** Absent only where the server has no users. */
  @Optional()
  @SecretText()
  readonly NATS_PASSWORD?: Secret | undefined;
}

/**
 * A service that also keeps something in Postgres, as the role that has its schema's name, be it only the lease under
 * which it leads. The durations of the lease are the same for a leader and its standby.
 */
export class StoreServiceConfig extends withPostgres(FleetServiceConfig) {
  /** A standby takes over when it has seen no renewal for so long. */
  @DurationMs({ min: 100, max: 60_000 })
  readonly ELECTION_TTL: number = LEASE_TIMES.ttlMs;
  /** From one renewal of the lease to the next. */
  @DurationMs({ min: 10, max: 30_000 })
  readonly ELECTION_HEARTBEAT: number = LEASE_TIMES.heartbeatMs;
  /** The leader stops trading this much before anybody else may begin. */
  @DurationMs({ min: 10, max: 30_000 })
  readonly ELECTION_MARGIN: number = LEASE_TIMES.marginMs;
  /** Between two looks of a standby. */
  @DurationMs({ min: 5, max: 10_000 })
  readonly ELECTION_POLL: number = LEASE_TIMES.pollMs;
  /** What a process may hold in memory before it hands over to its standby, bytes in megabytes of 2^20. */
  @Int({ min: 64, max: 1_048_576 })
  readonly ELECTION_MEMORY_LIMIT_MB: number = 2_048;
}

export const FLEET_PREFIXES = ['NATS_', 'POSTGRES_', 'FLEET_', 'ELECTION_'] as const;
