import { Database, Migrator, openPool } from '@argosy/platform-database';
import { SilentLogger } from '@argosy/platform-port';
import { ManualTime, type PostgresServer, SeededRandom, startPostgres } from '@argosy/testing';
import { executionSchema } from './migrations.js';
import { orderJournalContract } from './order-journal.contract.js';
import { PostgresOrderJournal } from './postgres-order-journal.adapter.js';

const LIMITS = { size: 4, connectTimeoutMs: 3_000, statementTimeoutMs: 5_000 };
const TABLES = [
  'accounts',
  'publications',
  'opening_positions',
  'intents',
  'orders',
  'fills',
  'fundings',
  'account_events',
  'loss_days',
  'kill_latches',
];

describe('the order journal in Postgres', () => {
  let server: PostgresServer;
  let database: Database;

  beforeAll(async () => {
    server = await startPostgres();
    const admin = openPool({ url: server.url, user: 'postgres', applicationName: 'spec', ...LIMITS });
    const timers = new ManualTime().timers;
    await new Migrator(admin, { logger: new SilentLogger(), timers, random: new SeededRandom(1) }).migrate([
      executionSchema,
    ]);
    await admin.end();
    database = new Database(
      { url: server.url, user: 'execution', applicationName: 'spec', ...LIMITS },
      { logger: new SilentLogger() },
    );
  }, 60_000);

  afterAll(async () => {
    await database.stop();
    await server.stop();
  });

  orderJournalContract(async () => {
    await database.query({ text: `DELETE FROM execution.kill_latches` });
    for (const table of TABLES.toReversed()) await database.query({ text: `DELETE FROM execution.${table}` });
    return new PostgresOrderJournal(database);
  });

  it('says STORE_UNAVAILABLE when the server is gone, and goes on when it is back', async () => {
    const journal = new PostgresOrderJournal(database);
    await server.kill();
    await expect(journal.killLatch()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    await server.restart();
    await expect(journal.killLatch()).resolves.toBeUndefined();
  }, 30_000);
});
