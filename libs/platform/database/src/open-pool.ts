import type { Secret } from '@argosy/platform-config';
import pg from 'pg';

export interface PoolOptions {
  /** `postgres://host:port/database`; a user in it is overridden by `user`. */
  readonly url: string;
  /** The role: a service's is named as its schema. */
  readonly user: string;
  readonly password?: Secret | undefined;
  /** Shown in `pg_stat_activity`. */
  readonly applicationName: string;
  readonly size: number;
  readonly connectTimeoutMs: number;
  readonly statementTimeoutMs: number;
  /** When the driver gives a statement up and its connection with it; absent: a second after the server's own limit. */
  readonly answerTimeoutMs?: number;
}

/** A server that is gone without closing its sockets is noticed by the driver this long after the statement's own limit. */
const READ_TIMEOUT_GRACE_MS = 1_000;
const IDLE_TIMEOUT_MS = 60_000;
/** A transaction that forgets to end would hold its locks for ever. */
const IDLE_IN_TRANSACTION_MS = 10_000;

/** `timestamptz` and `date` would become `Date` and lose microseconds: everything that is not small stays text. */
const TEXT_TYPES: ReadonlySet<number> = new Set<number>([
  pg.types.builtins.TIMESTAMPTZ,
  pg.types.builtins.TIMESTAMP,
  pg.types.builtins.DATE,
  pg.types.builtins.TIME,
  pg.types.builtins.TIMETZ,
  pg.types.builtins.INTERVAL,
  pg.types.builtins.NUMERIC,
  pg.types.builtins.INT8,
]);
const asText = (value: string): string => value;

/** The driver's own parser for the rest; it knows types by number, whatever its typings say. */
const parserOf = pg.types.getTypeParser as (oid: number, format?: 'text' | 'binary') => (value: string) => unknown;

export const exactTypes = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    TEXT_TYPES.has(oid) && format !== 'binary' ? asText : parserOf(oid, format),
};

/** Connections whose numbers are exact: `numeric`, `bigint` and times come back as text. Opens none yet. */
export function openPool(options: PoolOptions): pg.Pool {
  const pool = new pg.Pool({
    ...serverOf(options.url),
    user: options.user,
    ...(options.password === undefined ? {} : { password: options.password.reveal() }),
    application_name: options.applicationName,
    max: options.size,
    connectionTimeoutMillis: options.connectTimeoutMs,
    statement_timeout: options.statementTimeoutMs,
    query_timeout: options.answerTimeoutMs ?? options.statementTimeoutMs + READ_TIMEOUT_GRACE_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
    idleTimeoutMillis: IDLE_TIMEOUT_MS,
    keepAlive: true,
    types: exactTypes,
  });
  // The driver tells of a lost connection twice: to the statement that waits, and as an event of the client. While a
  // client is lent out nobody listens to that event, and Node would end the process.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

/** The driver lets a connection string win over everything else, so it is taken apart here. */
export function serverOf(url: string): { host: string; port: number; database: string } {
  const { hostname, port, pathname } = new URL(url);
  const database = decodeURIComponent(pathname.slice(1));
  return {
    host: hostname,
    port: port === '' ? 5_432 : Number(port),
    database: database === '' ? 'postgres' : database,
  };
}
