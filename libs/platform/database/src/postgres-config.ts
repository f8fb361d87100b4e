import { Address, DurationMs, Int, Optional, type Secret, SecretText } from '@argosy/platform-config';
import type { PoolOptions } from './open-pool.js';

/** For `loadConfig`. */
export const POSTGRES_PREFIXES = ['POSTGRES_'] as const;

/** What is the same for every service; each connects as the role that has its schema's name. */
export interface PostgresFields {
  readonly POSTGRES_URL: string;
  /** Absent where the server trusts the machine, as the local one does. */
  readonly POSTGRES_PASSWORD?: Secret | undefined;
  readonly POSTGRES_POOL_SIZE: number;
  readonly POSTGRES_CONNECT_TIMEOUT: number;
  /** A statement that takes longer is cancelled by the server. */
  readonly POSTGRES_STATEMENT_TIMEOUT: number;
}

type ConfigClass = new () => object;

/** Adds Postgres to a configuration class: `class RiskConfig extends withPostgres(ServiceConfig) { … }`. */
export function withPostgres<Base extends object>(base: new () => Base): new () => Base & PostgresFields {
  class WithPostgres extends (base as ConfigClass) implements PostgresFields {
    @Address(['postgres', 'postgresql'])
    readonly POSTGRES_URL: string = 'postgres://127.0.0.1:5432/argosy';
    @Optional()
    @SecretText()
    readonly POSTGRES_PASSWORD?: Secret | undefined;
    @Int({ min: 1, max: 200 })
    readonly POSTGRES_POOL_SIZE: number = 8;
    @DurationMs({ min: 100, max: 60_000 })
    readonly POSTGRES_CONNECT_TIMEOUT: number = 3_000;
    @DurationMs({ min: 100, max: 600_000 })
    readonly POSTGRES_STATEMENT_TIMEOUT: number = 5_000;
  }
  return WithPostgres as unknown as new () => Base & PostgresFields;
}

/** A service's pool: it connects as the role of its schema and is shown under its own name. */
export const poolOptions = (config: PostgresFields, role: string, service: string): PoolOptions => ({
  url: config.POSTGRES_URL,
  user: role,
  password: config.POSTGRES_PASSWORD,
  applicationName: `argosy-${service}`,
  size: config.POSTGRES_POOL_SIZE,
  connectTimeoutMs: config.POSTGRES_CONNECT_TIMEOUT,
  statementTimeoutMs: config.POSTGRES_STATEMENT_TIMEOUT,
});
