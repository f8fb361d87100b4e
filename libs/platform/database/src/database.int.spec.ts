import { Fault } from '@argosy/domain';
import { loadConfig, Secret } from '@argosy/platform-config';
import { SilentLogger } from '@argosy/platform-port';
import { ManualTime, type PostgresServer, SeededRandom, startPostgres } from '@argosy/testing';
import pg from 'pg';
import { Database } from './database.js';
import { contract, expand, MigrationError, type ServiceSchema } from './migration.js';
import { Migrator } from './migrator.js';
import { poolOptions, withPostgres } from './postgres-config.js';
import { sqlState } from './sql-error.js';

class SpecConfig {
  describe(): string {
    return 'a service without settings of its own';
  }
}

let server: PostgresServer;
const databases: Database[] = [];
let admin: pg.Pool;

function asRole(role: string, over: Partial<ReturnType<typeof poolOptions>> = {}): Database {
  const config = loadConfig(
    withPostgres(SpecConfig),
    { POSTGRES_URL: `postgres://127.0.0.1:${String(server.port)}/postgres` },
    ['POSTGRES_'],
  );
  const database = new Database({ ...poolOptions(config, role, role), ...over }, { logger: new SilentLogger() });
  databases.push(database);
  return database;
}

const books: ServiceSchema = {
  schema: 'books',
  rights: 'rows',
  migrations: [
    expand('books-0001', [
      'create table books.t (id bigint primary key, amount numeric(38,12), at timestamptz, day date)',
    ]),
    expand('books-0002', ['alter table books.t add column note text']),
  ],
};
const audit: ServiceSchema = {
  schema: 'audit',
  rights: 'declared',
  migrations: [
    expand('audit-0001', [
      'create table audit.lines (id bigint primary key, line text not null)',
      'grant select, insert on audit.lines to audit',
    ]),
  ],
};

/** Migrates with real pauses: what is waited for is another connection. */
function aMigrator(): Migrator {
  const time = new ManualTime();
  const timers = Object.assign(Object.create(time.timers) as typeof time.timers, {
    sleep: (delayMs: number) => new Promise<void>((resolve) => setTimeout(resolve, delayMs)),
  });
  return new Migrator(admin, { logger: new SilentLogger(), timers, random: new SeededRandom(1) });
}

beforeAll(async () => {
  server = await startPostgres();
  admin = new pg.Pool({ connectionString: server.url, max: 4 });
  admin.on('error', () => undefined);
});
afterAll(async () => {
  await Promise.all([admin.end(), ...databases.map((database) => database.stop())]);
  await server.stop();
});

describe('Migrator', () => {
  it('makes each schema with its role once, and nothing the second time', async () => {
    expect(await aMigrator().migrate([books, audit])).toEqual(['books-0001', 'books-0002', 'audit-0001']);
    expect(await aMigrator().migrate([books, audit])).toEqual([]);
    const { rows } = await admin.query<{ id: string; phase: string }>(
      'select id, phase from public.argosy_migrations order by position',
    );
    expect(rows.map(({ id, phase }) => `${id} ${phase}`)).toEqual([
      'books-0001 expand',
      'books-0002 expand',
      'audit-0001 expand',
    ]);
  });

  it('lets two migrators at once do the work once', async () => {
    const both: ServiceSchema = {
      schema: 'twice',
      rights: 'rows',
      migrations: [expand('twice-0001', ['create table twice.t (id int)'])],
    };
    const applied = await Promise.all([aMigrator().migrate([both]), aMigrator().migrate([both])]);
    expect(applied.flat()).toEqual(['twice-0001']);
  });

  const rights: ReadonlyArray<[string, string, string, string]> = [
    ['its own rows', 'books', 'insert into books.t (id) values (99)', 'allowed'],
    ['deleting its own rows', 'books', 'delete from books.t where id = 99', 'allowed'],
    ['another schema', 'books', 'select * from audit.lines', '42501'],
    ['making a table in its own schema', 'books', 'create table books.mine (id int)', '42501'],
    ['making a table in public', 'books', 'create table public.mine (id int)', '42501'],
    ['the migrations', 'books', 'select * from public.argosy_migrations', '42501'],
    ['becoming somebody else', 'books', 'set role audit', '42501'],
    ['what its migrations grant', 'audit', "insert into audit.lines values (1, 'x')", 'allowed'],
    ['what they do not', 'audit', 'delete from audit.lines', '42501'],
  ];
  it.each(rights)('gives a role least rights: %s (%s)', async (_what, role, text, expected) => {
    const outcome = await asRole(role)
      .query({ text })
      .then(() => 'allowed', sqlState);
    expect(outcome).toBe(expected);
  });

  it('refuses a migration that was changed after it was applied', async () => {
    const changed = { ...books, migrations: [expand('books-0001', ['create table books.other (id int)'])] };
    await expect(aMigrator().migrate([changed])).rejects.toThrow(
      'migration books-0001 was changed after it was applied',
    );
  });

  it('refuses a new migration in front of an applied one', async () => {
    const early = { ...books, migrations: [expand('books-0000', ['select 1']), ...books.migrations] };
    await expect(aMigrator().migrate([early])).rejects.toThrow('books-0000 stands before books-0001');
  });

  it('does not mind migrations of a newer release', async () => {
    expect(await aMigrator().migrate([{ ...books, migrations: books.migrations.slice(0, 1) }])).toEqual([]);
  });

  it('applies a migration whole or not at all', async () => {
    const broken: ServiceSchema = {
      schema: 'broken',
      rights: 'rows',
      migrations: [expand('broken-0001', ['create table broken.a (id int)', 'create table broken.b (id nonsense)'])],
    };
    await expect(aMigrator().migrate([broken])).rejects.toThrow('nonsense');
    const { rows } = await admin.query(
      "select to_regclass('broken.a') as a, (select count(*) from public.argosy_migrations where schema = 'broken') as n",
    );
    expect(rows[0]).toEqual({ a: null, n: '0' });
  });

  it('holds removals back when only expanding, and refuses one that pretends to expand', async () => {
    const two: ServiceSchema = {
      schema: 'two',
      rights: 'rows',
      migrations: [
        expand('two-1', ['create table two.t (a int, b int)']),
        contract('two-2', ['alter table two.t drop column a']),
      ],
    };
    expect(await aMigrator().migrate([two], { phases: 'expand' })).toEqual(['two-1']);
    expect(await aMigrator().migrate([two])).toEqual(['two-2']);
    const sly = { ...two, migrations: [expand('two-3', ['alter table two.t drop column b'])] };
    await expect(aMigrator().migrate([sly])).rejects.toThrow(MigrationError);
  });

  it('gives way to a lock and comes back, so that orders behind it do not wait', async () => {
    const blocker = await admin.connect();
    await blocker.query('begin; lock table books.t in access share mode');
    const more = {
      ...books,
      migrations: [...books.migrations, expand('books-0003', ['alter table books.t add column late text'])],
    };
    const migrating = aMigrator().migrate([more]);
    // The reader that arrives while the migration waits gets through: the migration's own lock request timed out.
    const reader = asRole('books', { statementTimeoutMs: 2_000 });
    for (let i = 0; i < 3; i += 1) await reader.query({ text: 'select count(*) from books.t' });
    await blocker.query('commit');
    blocker.release();
    expect(await migrating).toEqual(['books-0003']);
  });

  it('stores a password as its SCRAM verifier, which the server accepts', async () => {
    const locked = await startPostgres();
    const root = new pg.Pool({ connectionString: locked.url, max: 1 });
    try {
      const migrator = new Migrator(root, {
        logger: new SilentLogger(),
        timers: new ManualTime().timers,
        random: new SeededRandom(7),
      });
      await migrator.migrate([{ schema: 'vault', rights: 'rows', migrations: [] }], {
        passwords: { vault: new Secret('correct horse battery') },
      });
      const { rows } = await root.query<{ rolpassword: string }>(
        "select rolpassword from pg_authid where rolname = 'vault'",
      );
      expect(rows[0]?.rolpassword).toMatch(/^SCRAM-SHA-256\$4096:/);
      await root.query("alter system set password_encryption = 'scram-sha-256'");
      const { rows: file } = await root.query<{ hba_file: string }>('show hba_file');
      await root.query(
        `copy (select 'host all vault 127.0.0.1/32 scram-sha-256' union all select 'host all all 127.0.0.1/32 trust') to '${file[0]?.hba_file ?? ''}'`,
      );
      await root.query('select pg_reload_conf()');
      const options = {
        ...poolOptions(loadConfig(withPostgres(SpecConfig), {}, []), 'vault', 'vault'),
        url: `postgres://127.0.0.1:${String(locked.port)}/postgres`,
      };
      const right = new Database(
        { ...options, password: new Secret('correct horse battery') },
        { logger: new SilentLogger() },
      );
      const wrong = new Database({ ...options, password: new Secret('guess') }, { logger: new SilentLogger() });
      const states = [await right.ping().then(() => 'in', sqlState), await wrong.ping().then(() => 'in', sqlState)];
      await Promise.all([right.stop(), wrong.stop()]);
      expect(states).toEqual(['in', '28P01']);
    } finally {
      await root.end();
      await locked.stop();
    }
  });
});

describe('Database', () => {
  it('keeps every number and time exact (I-36)', async () => {
    const database = asRole('books');
    await database.query({
      text: 'insert into books.t (id, amount, at, day) values ($1, $2, $3, $4)',
      values: ['9007199254740993', '12345678901234567890.123456789012', '2026-01-01T00:00:00.123456Z', '2026-01-01'],
    });
    const { rows } = await database.query({
      text: "select id, amount, at at time zone 'utc' as at, day, 7::int as small from books.t where id = 9007199254740993",
    });
    expect(rows[0]).toEqual({
      id: '9007199254740993',
      amount: '12345678901234567890.123456789012',
      at: '2026-01-01 00:00:00.123456',
      day: '2026-01-01',
      small: 7,
    });
  });

  it('commits all or nothing', async () => {
    const database = asRole('books');
    const work = database.transaction(async (sql) => {
      await sql.query({ text: 'insert into books.t (id) values (1000)' });
      await sql.query({ text: 'insert into books.t (id) values (1000)' });
    });
    await expect(work).rejects.toMatchObject({ code: '23505' });
    expect((await database.query({ text: 'select from books.t where id = 1000' })).rowCount).toBe(0);
  });

  it('runs a transaction again when it lost a race', async () => {
    const database = asRole('books');
    await database.query({ text: 'insert into books.t (id, amount) values (2000, 0)' });
    let runs = 0;
    let bothHaveRead: () => void = () => undefined;
    const reading = new Promise<void>((resolve) => (bothHaveRead = resolve));
    const add = () =>
      database.transaction(async (sql) => {
        runs += 1;
        const { rows } = await sql.query({ text: 'select amount from books.t where id = 2000' });
        if (runs === 2) bothHaveRead();
        await reading;
        const next = String(Number(rows[0]?.['amount']) + 1);
        await sql.query({ text: 'update books.t set amount = $1 where id = 2000', values: [next] });
      }, 'serializable');
    await Promise.all([add(), add()]);
    expect(runs).toBe(3);
    expect((await database.query({ text: 'select amount from books.t where id = 2000' })).rows[0]).toEqual({
      amount: '2.000000000000',
    });
  });

  it('cancels a statement that takes too long, as trouble of the store', async () => {
    await expect(
      asRole('books', { statementTimeoutMs: 100 }).query({ text: 'select pg_sleep(5)' }),
    ).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  });

  it('says STORE_UNAVAILABLE while the server is away, and works again when it is back (EX-5)', async () => {
    const own = await startPostgres();
    const config = loadConfig(
      withPostgres(SpecConfig),
      { POSTGRES_URL: `postgres://127.0.0.1:${String(own.port)}/postgres` },
      ['POSTGRES_'],
    );
    const database = new Database(poolOptions(config, 'postgres', 'spec'), { logger: new SilentLogger() });
    await database.ping();
    await own.kill();
    await expect(database.ping()).rejects.toBeInstanceOf(Fault);
    await expect(database.transaction((sql) => sql.query({ text: 'select 1' }))).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
    });
    await own.restart();
    await database.ping();
    await database.stop();
    await own.stop();
  });
});
