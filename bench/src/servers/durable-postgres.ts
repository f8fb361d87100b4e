import { Migrator, openPool, type ServiceSchema } from '@argosy/platform-database';
import { SilentLogger } from '@argosy/platform-port';
import { SystemRandom, SystemTimers } from '@argosy/platform-runtime';
import { type PostgresServer, startPostgres } from '@argosy/testing';

/** As the fleet runs it: what is committed is on the disk. */
const DURABLE = {
  fsync: 'on',
  synchronous_commit: 'on',
  shared_buffers: '128MB',
  wal_compression: 'on',
  max_wal_size: '1GB',
};
const ADMIN = 'postgres';

export interface DurablePostgres {
  /** For services: who logs in stands beside it. */
  readonly url: string;
  /** For the bare side: the superuser, in the URL. */
  readonly adminUrl: string;
  readonly port: number;
  /** As a crash would; `restart` begins it again with what it had committed. */
  kill(): Promise<void>;
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** A server of its own with these schemas in it; it trusts this machine. */
export async function startDurablePostgres(schemas: readonly ServiceSchema[]): Promise<DurablePostgres> {
  const server: PostgresServer = await startPostgres(DURABLE);
  const url = `postgres://127.0.0.1:${String(server.port)}/postgres`;
  const pool = openPool({
    url,
    user: ADMIN,
    password: undefined,
    applicationName: 'argosy-bench',
    size: 1,
    connectTimeoutMs: 5_000,
    statementTimeoutMs: 60_000,
  });
  const parts = { logger: new SilentLogger(), timers: new SystemTimers(), random: new SystemRandom() };
  await new Migrator(pool, parts).migrate(schemas);
  await pool.end();
  return {
    url,
    adminUrl: server.url,
    port: server.port,
    kill: () => server.kill(),
    restart: () => server.restart(),
    stop: () => server.stop(),
  };
}
