import { Database, Migrator, poolOptions, withPostgres } from '@argosy/platform-database';
import { loadConfig } from '@argosy/platform-config';
import { SilentLogger } from '@argosy/platform-port';
import { ManualTime, type PostgresServer, SeededRandom, startPostgres } from '@argosy/testing';
import { createHash } from 'node:crypto';
import pg from 'pg';
import { opsSchema } from './migrations.js';
import { PostgresAuditLog } from './postgres-audit-log.adapter.js';
import { aRecord, auditLogContract } from './testing/audit-log.contract.js';

class SpecConfig {
  describe(): string {
    return 'a service without settings of its own';
  }
}
const sha256 = (content: Uint8Array | string): string => createHash('sha256').update(content).digest('hex');

let server: PostgresServer;
let owner: pg.Pool;
const databases: Database[] = [];

const connect = (): Database => {
  const config = loadConfig(
    withPostgres(SpecConfig),
    { POSTGRES_URL: `postgres://127.0.0.1:${String(server.port)}/postgres` },
    ['POSTGRES_'],
  );
  const database = new Database(poolOptions(config, 'ops', 'ops-gateway'), { logger: new SilentLogger() });
  databases.push(database);
  return database;
};
/** As somebody who may do everything; the triggers are off for this one session. */
const tamper = async (sql: string): Promise<void> => {
  const client = await owner.connect();
  await client.query("set session_replication_role = 'replica'");
  await client.query(sql);
  client.release(true);
};
const emptyLog = async (): Promise<PostgresAuditLog> => {
  await tamper('truncate ops.audit');
  return new PostgresAuditLog(connect(), sha256);
};

beforeAll(async () => {
  server = await startPostgres();
  owner = new pg.Pool({ connectionString: server.url, max: 2 });
  owner.on('error', () => undefined);
  const { timers } = new ManualTime();
  await new Migrator(owner, { logger: new SilentLogger(), timers, random: new SeededRandom(1) }).migrate([opsSchema]);
}, 60_000);
afterAll(async () => {
  await Promise.all([owner.end(), ...databases.map((database) => database.stop())]);
  await server.stop();
}, 60_000);

describe('PostgresAuditLog', () => {
  auditLogContract(emptyLog);

  it('gives two gateways one chain without forks', async () => {
    const [one, two] = [await emptyLog(), new PostgresAuditLog(connect(), sha256)];
    await Promise.all(
      Array.from({ length: 40 }, (_, at) => (at % 2 === 0 ? one : two).append(aRecord({ reason: String(at) }))),
    );
    expect(await one.verify()).toMatchObject({ valid: true, entries: 40n });
  });

  it.each(['update ops.audit set actor = $$x$$', 'delete from ops.audit', 'truncate ops.audit'])(
    'lets its own role not run: %s (I-35)',
    async (sql) => {
      await expect(connect().query({ text: sql })).rejects.toMatchObject({ code: '42501' });
    },
  );

  it('refuses a change even to the owner of the table, unless the triggers are taken away', async () => {
    const log = await emptyLog();
    await log.append(aRecord());
    await expect(owner.query('delete from ops.audit')).rejects.toThrow('only grows');
  });

  it.each<[string, string, bigint]>([
    ['edited', "update ops.audit set actor = 'x' where sequence = 2", 2n],
    ['deleted', 'delete from ops.audit where sequence = 2', 2n],
  ])('finds a row that a superuser %s (F-52)', async (_what, sql, at) => {
    const log = await emptyLog();
    for (const reason of ['a', 'b', 'c']) await log.append(aRecord({ reason }));
    await tamper(sql);
    expect(await log.verify()).toMatchObject({ valid: false, atSequence: at });
  });

  it('is a fault, not a crash, while the server is away', async () => {
    const log = await emptyLog();
    await server.kill();
    await expect(log.append(aRecord())).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    await server.restart();
    expect((await log.append(aRecord())).sequence).toBe(1n);
  }, 60_000);
});
