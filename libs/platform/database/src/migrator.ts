import type { Random, Timers } from '@argosy/domain';
import type { Secret } from '@argosy/platform-config';
import type { Logger } from '@argosy/platform-port';
import type pg from 'pg';
import { checkSchemas, checksumOf, type Migration, MigrationError, type ServiceSchema } from './migration.js';
import { scramVerifier } from './scram.js';
import { retryable, storeFault } from './sql-error.js';

/** Any number that nobody else uses: the letters of "argosy" as one integer. */
const ADVISORY_LOCK = 0x6172_676f_7379;
/** A migration that has to wait longer for a lock would make the orders behind it wait too; it gives way and comes back. */
const LOCK_TIMEOUT_MS = 100;
const LOCK_TRIES_MAX = 60;
const PAUSE_MS_MIN = 50;
const PAUSE_MS_MAX = 1_000;

export interface MigratorParts {
  readonly logger: Logger;
  readonly timers: Timers;
  readonly random: Random;
}

export interface MigrateOptions {
  /** By role; a role without one cannot log in with a password. */
  readonly passwords?: Readonly<Record<string, Secret | undefined>>;
  /** `expand` leaves removals for the release after this one. */
  readonly phases?: 'expand' | 'all';
}

/**
 * The fleet's only way to change a schema: every migration once, in its own transaction, in order, remembered with its
 * checksum. Needs a connection that may create schemas and roles; services never have one.
 */
export class Migrator {
  constructor(
    private readonly admin: pg.Pool,
    private readonly parts: MigratorParts,
  ) {}

  /**
   * Brings every schema up to date; returns the ids it applied. Faults: STORE_UNAVAILABLE.
   * @throws MigrationError when a released migration was changed, order is broken or a lock cannot be had.
   */
  async migrate(schemas: readonly ServiceSchema[], options: MigrateOptions = {}): Promise<readonly string[]> {
    checkSchemas(schemas);
    const client = await this.admin.connect().catch((error: unknown) => {
      throw storeFault(error, 'migrating');
    });
    let isClean = false;
    try {
      await this.lock(client);
      await client.query(MIGRATIONS_TABLE);
      const applied: string[] = [];
      for (const schema of schemas) applied.push(...(await this.migrateOne(client, schema, options)));
      await client.query('select pg_advisory_unlock($1)', [ADVISORY_LOCK]);
      isClean = true;
      return applied;
    } catch (error) {
      throw storeFault(error, 'migrating');
    } finally {
      // Closing the connection also frees the lock, whatever state the session is in.
      client.release(!isClean);
    }
  }

  private async lock(client: pg.PoolClient): Promise<void> {
    await this.patiently('the lock of another migrator', async () => {
      const { rows } = await client.query<{ held: boolean }>('select pg_try_advisory_lock($1) as held', [
        ADVISORY_LOCK,
      ]);
      return rows[0]?.held === true;
    });
  }

  private async migrateOne(
    client: pg.PoolClient,
    service: ServiceSchema,
    { passwords = {}, phases = 'all' }: MigrateOptions,
  ): Promise<readonly string[]> {
    const { schema, migrations } = service;
    await this.prepareSchema(client, service, passwords[schema]);
    const known = await appliedOf(client, schema);
    refuseChanges(migrations, known);
    const wanted = migrations.filter(({ id, phase }) => !known.has(id) && (phase === 'expand' || phases === 'all'));
    for (const migration of wanted) await this.apply(client, schema, migration);
    return wanted.map(({ id }) => id);
  }

  /** Schema, role and rights, made or mended at each run: rights that somebody widened by hand are narrowed again. */
  private async prepareSchema(
    client: pg.PoolClient,
    { schema, rights }: ServiceSchema,
    password: Secret | undefined,
  ): Promise<void> {
    const { rowCount } = await client.query('select from pg_catalog.pg_roles where rolname = $1', [schema]);
    const login = `login nosuperuser nocreatedb nocreaterole noreplication nobypassrls`;
    const secret = password === undefined ? '' : ` password '${scramVerifier(password, this.parts.random)}'`;
    await this.patiently(`schema ${schema}`, () =>
      this.inTransaction(client, [
        `${rowCount === 0 ? 'create' : 'alter'} role ${schema} ${login}${secret}`,
        `alter role ${schema} set search_path = ${schema}`,
        `create schema if not exists ${schema}`,
        `revoke all on schema ${schema} from public`,
        `grant usage on schema ${schema} to ${schema}`,
        ...(rights === 'rows' ? rowRights(schema) : []),
      ]),
    );
  }

  private async apply(client: pg.PoolClient, schema: string, migration: Migration): Promise<void> {
    const { id, phase, up } = migration;
    await this.patiently(`migration ${id}`, () =>
      this.inTransaction(client, up, async () => {
        await client.query(
          'insert into public.argosy_migrations (id, schema, phase, checksum) values ($1, $2, $3, $4)',
          [id, schema, phase, checksumOf(migration)],
        );
      }),
    );
    this.parts.logger.info('migration_applied', { id, schema, phase });
  }

  /** False when a lock could not be had in time; then nothing has changed. */
  private async inTransaction(
    client: pg.PoolClient,
    statements: readonly string[],
    last?: () => Promise<void>,
  ): Promise<boolean> {
    await client.query('begin');
    try {
      await client.query(`set local lock_timeout = ${String(LOCK_TIMEOUT_MS)}`);
      await client.query('set local statement_timeout = 0');
      for (const statement of statements) await client.query(statement);
      await last?.();
      await client.query('commit');
      return true;
    } catch (error) {
      await client.query('rollback').catch(() => undefined);
      if (retryable(error)) return false;
      throw error;
    }
  }

  private async patiently(what: string, attempt: () => Promise<boolean>): Promise<void> {
    let pauseMs = PAUSE_MS_MIN;
    for (let tries = 0; tries < LOCK_TRIES_MAX; tries += 1) {
      if (await attempt()) return;
      await this.parts.timers.sleep(pauseMs);
      pauseMs = Math.min(pauseMs * 2, PAUSE_MS_MAX);
    }
    throw new MigrationError(`${what} could not be had in ${String(LOCK_TRIES_MAX)} tries: somebody holds a lock`);
  }
}

const MIGRATIONS_TABLE = `create table if not exists public.argosy_migrations (
  id text primary key,
  schema text not null,
  phase text not null check (phase in ('expand', 'contract')),
  checksum text not null,
  applied_at timestamptz not null default clock_timestamp(),
  position bigint generated always as identity
)`;

const rowRights = (schema: string): readonly string[] => [
  `grant select, insert, update, delete on all tables in schema ${schema} to ${schema}`,
  `grant usage, select on all sequences in schema ${schema} to ${schema}`,
  `alter default privileges in schema ${schema} grant select, insert, update, delete on tables to ${schema}`,
  `alter default privileges in schema ${schema} grant usage, select on sequences to ${schema}`,
];

async function appliedOf(client: pg.PoolClient, schema: string): Promise<ReadonlyMap<string, string>> {
  const text = 'select id, checksum from public.argosy_migrations where schema = $1 order by position';
  const { rows } = await client.query<{ id: string; checksum: string }>(text, [schema]);
  return new Map(rows.map(({ id, checksum }) => [id, checksum]));
}

/** Migrations that the database knows and we do not are a newer release's: expanding first makes that harmless. */
function refuseChanges(migrations: readonly Migration[], known: ReadonlyMap<string, string>): void {
  let missing: string | undefined;
  for (const migration of migrations) {
    const checksum = known.get(migration.id);
    if (checksum === undefined) {
      // A removal that was held back may be overtaken; anything else stands where it always stood.
      if (migration.phase === 'expand') missing ??= migration.id;
      continue;
    }
    if (checksum !== checksumOf(migration)) {
      throw new MigrationError(`migration ${migration.id} was changed after it was applied; write a new one`);
    }
    if (missing !== undefined)
      throw new MigrationError(`migration ${missing} stands before ${migration.id}, which is already applied`);
  }
}
