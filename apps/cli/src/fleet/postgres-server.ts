import { Secret } from '@argosy/platform-config';
import { openPool } from '@argosy/platform-database';
import { execFile } from 'node:child_process';
import { chown, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { CommandError, EXIT } from '../exit-codes.js';
import type { FleetFolder } from './fleet-folder.js';
import type { ProcessSpec } from './managed-process.js';
import type { Toolchain } from './toolchain.js';

const run = promisify(execFile);

export const DATABASE = 'argosy';
export const ADMIN = 'postgres';

/** Everything durable is durable: an intent is on disk before a byte leaves. */
const SETTINGS = [
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  'shared_buffers=128MB',
  'max_connections=120',
  'synchronous_commit=on',
  'fsync=on',
  'wal_compression=on',
  'max_wal_size=1GB',
  'log_min_messages=warning',
  'log_checkpoints=off',
];

interface Identity {
  readonly uid: number;
  readonly gid: number;
}

/** Postgres refuses to run as root; bootstrap has seen to an account for it. */
export async function databaseIdentity(isRoot: boolean): Promise<Identity | undefined> {
  if (!isRoot) return undefined;
  const line = (await readFile('/etc/passwd', 'utf8')).split('\n').find((entry) => entry.startsWith('postgres:'));
  const [, , uid, gid] = (line ?? '').split(':').map(Number);
  if (uid !== undefined && gid !== undefined) return { uid, gid };
  throw new CommandError(
    EXIT.fleetFailed,
    'there is no account postgres',
    'Make one, or run as an ordinary user.',
    'NO_DATABASE_ACCOUNT',
  );
}

/** Readiness and errors are matched and shown in English. */
const ENGLISH = { LC_ALL: 'C', LC_MESSAGES: 'C' };

/** Makes the cluster when there is none. Returns whether it did. */
export async function ensureCluster(
  folder: FleetFolder,
  toolchain: Toolchain,
  password: string,
  identity?: Identity,
): Promise<boolean> {
  if (existsSync(join(folder.postgres, 'PG_VERSION'))) return false;
  // A cluster that was never finished has no version, and initdb refuses a folder that holds anything.
  await rm(folder.postgres, { recursive: true, force: true });
  await mkdir(folder.postgres, { recursive: true, mode: 0o700 });
  const passwordFile = join(dirname(folder.postgres), 'initdb-password');
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (identity !== undefined)
    for (const path of [folder.postgres, passwordFile]) await chown(path, identity.uid, identity.gid);
  try {
    await run(
      join(toolchain.postgresBinDir, 'initdb'),
      [
        '-D',
        folder.postgres,
        `--username=${ADMIN}`,
        '--auth=scram-sha-256',
        `--pwfile=${passwordFile}`,
        '--encoding=UTF8',
        '--locale=C',
        '--no-sync',
      ],
      { ...identity, env: ENGLISH, cwd: dirname(folder.postgres) },
    );
  } catch (error) {
    await rm(folder.postgres, { recursive: true, force: true });
    throw new CommandError(
      EXIT.fleetFailed,
      `the database cluster could not be made: ${(error as { stderr?: string }).stderr ?? String(error)}`,
    );
  } finally {
    await rm(passwordFile, { force: true });
  }
  return true;
}

export function postgresProcess(
  folder: FleetFolder,
  toolchain: Toolchain,
  port: number,
  identity?: Identity,
): ProcessSpec {
  return {
    name: 'postgres',
    command: join(toolchain.postgresBinDir, 'postgres'),
    args: ['-D', folder.postgres, '-p', String(port), ...SETTINGS.flatMap((setting) => ['-c', setting])],
    env: ENGLISH,
    folder: dirname(folder.postgres),
    outputFile: join(folder.output, 'postgres.log'),
    identity,
    // Fast shutdown: connections are ended, everything committed is kept.
    stopSignal: 'SIGINT',
    stopWithinMs: 15_000,
    // Immediate shutdown: its children end too, which a SIGKILL would leave behind.
    killSignal: 'SIGQUIT',
  };
}

/** Who logs in stands beside it: services refuse an address with a user in it. */
export const databaseUrl = (port: number, database = DATABASE): string =>
  `postgres://127.0.0.1:${String(port)}/${database}`;

/** A pool of the account that may change schemas; services never have one. */
export const adminPool = (port: number, password: string, database = DATABASE): ReturnType<typeof openPool> =>
  openPool({
    url: databaseUrl(port, database),
    user: ADMIN,
    password: new Secret(password),
    applicationName: 'argosy-cli',
    size: 2,
    connectTimeoutMs: 2_000,
    statementTimeoutMs: 60_000,
  });

/** Resolves when the server answers; rejects with its reason until then. Makes the fleet's database when there is none. */
export async function ensureDatabase(port: number, password: string): Promise<void> {
  const pool = adminPool(port, password, 'postgres');
  try {
    const { rowCount } = await pool.query('select from pg_catalog.pg_database where datname = $1', [DATABASE]);
    if (rowCount === 0) await pool.query(`create database ${DATABASE}`);
  } finally {
    await pool.end();
  }
}
