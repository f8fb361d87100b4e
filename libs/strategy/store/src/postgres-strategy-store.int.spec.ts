import { Fault, strategyId } from '@argosy/domain';
import { Database, Migrator } from '@argosy/platform-database';
import { SilentLogger } from '@argosy/platform-port';
import { SystemRandom, SystemTimers } from '@argosy/platform-runtime';
import { type PostgresServer, startPostgres } from '@argosy/testing';
import pg from 'pg';
import { strategySchema } from './migrations.js';
import { PostgresStrategyStore } from './postgres-strategy-store.adapter.js';
import { strategyStoreContract } from './testing/strategy-store.contract.js';

let server: PostgresServer;
let admin: pg.Pool;
let database: Database;
const logger = new SilentLogger();

beforeAll(async () => {
  server = await startPostgres();
  admin = new pg.Pool({ connectionString: server.url });
  await new Migrator(admin, { logger, timers: new SystemTimers(), random: new SystemRandom() }).migrate([
    strategySchema,
  ]);
  const url = `postgres://127.0.0.1:${String(server.port)}/postgres`;
  const options = { url, user: 'strategy', password: undefined, applicationName: 'spec', size: 2 };
  database = new Database({ ...options, connectTimeoutMs: 3_000, statementTimeoutMs: 5_000 }, { logger });
}, 120_000);
afterAll(async () => {
  await database.stop();
  await admin.end();
  await server.stop();
});

strategyStoreContract('PostgresStrategyStore', () => ({
  fresh: async () => {
    await admin.query(
      'truncate strategy.strategies, strategy.runs, strategy.history, strategy.checkpoints, strategy.holdings',
    );
    return new PostgresStrategyStore(database);
  },
  other: () => new PostgresStrategyStore(database),
}));

it('calls a server that is away a fault that says so', async () => {
  const options = {
    url: 'postgres://127.0.0.1:1/postgres',
    user: 'strategy',
    password: undefined,
    applicationName: 'spec',
    size: 1,
  };
  const nowhere = new Database({ ...options, connectTimeoutMs: 300, statementTimeoutMs: 300 }, { logger });
  const failure = await new PostgresStrategyStore(nowhere)
    .want(strategyId('a'), 'running')
    .catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(Fault);
  expect((failure as Fault).code).toBe('STORE_UNAVAILABLE');
  await nowhere.stop();
});
