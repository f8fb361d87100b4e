import { Address, DurationMs, Int, Optional, type Secret, SecretText, Text } from '@argosy/platform-config';
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

/** A service that also keeps something in Postgres, as the role that has its schema's name. */
export class StoreServiceConfig extends FleetServiceConfig {
  @Address(['postgres', 'postgresql'])
  readonly POSTGRES_URL: string = 'postgres://127.0.0.1:5432/argosy';
  /** Absent where the server trusts the machine. */
  @Optional()
  @SecretText()
  readonly POSTGRES_PASSWORD?: Secret | undefined;
  @Int({ min: 1, max: 200 })
  readonly POSTGRES_POOL_SIZE: number = 8;
  @DurationMs({ min: 100, max: 60_000 })
  readonly POSTGRES_CONNECT_TIMEOUT: number = 3_000;
  /** A statement that takes longer is cancelled by the server. */
  @DurationMs({ min: 100, max: 600_000 })
  readonly POSTGRES_STATEMENT_TIMEOUT: number = 5_000;
}

export const FLEET_PREFIXES = ['NATS_', 'POSTGRES_', 'FLEET_'] as const;
