import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { isExecutable, run } from './command.mjs';
import { step } from './progress.mjs';
import { readStamps, writeStamps } from './stamps.mjs';

/** OpenTelemetry, TypeORM and Jest each need at least this on the 24 line. */
const NODE_MAJOR = 24;

/**
 * Installs the dependencies when the lock file is not the one they were installed from.
 * @param {string} root
 * @param {import('./progress.mjs').Say} say
 */
export async function ensureDependencies(root, say) {
  const lock = readFileSync(join(root, 'package-lock.json'), 'utf8');
  const hash = createHash('sha256').update(lock).digest('hex');
  if (readStamps(root).dependencies === hash && isExecutable(pinnedNode(root))) return;
  if (!isInstalled(JSON.parse(lock), readInstalled(root)) || !isExecutable(pinnedNode(root))) {
    await step(say, 'installing dependencies (npm ci, a minute or two)', () => npmCi(root));
  }
  writeStamps(root, { dependencies: hash });
}

/**
 * The Node that everything of ours runs on, whatever the machine has.
 * @param {string} root
 */
export function pinnedNode(root) {
  return join(root, 'node_modules/node/bin/node');
}

/**
 * @param {string} root
 * @returns {string} its absolute path
 * @throws {Error} when it is not there or not of the pinned major version, saying how to mend it
 */
export function ensurePinnedNode(root) {
  const node = pinnedNode(root);
  const mend = 'Mend it: rm -rf node_modules && npm ci, with install scripts allowed';
  if (!isExecutable(node)) throw new Error(`the pinned Node is missing at ${node}. ${mend}`);
  /** @type {{ version: string }} */
  const { version } = JSON.parse(readFileSync(join(root, 'node_modules/node/package.json'), 'utf8'));
  if (Number(version.split('.')[0]) !== NODE_MAJOR) {
    throw new Error(`the pinned Node at ${node} is ${version}, wanted ${String(NODE_MAJOR)}. ${mend}`);
  }
  return node;
}

/**
 * @typedef {{ packages?: Record<string, { version?: string, optional?: boolean, devOptional?: boolean, peer?: boolean, link?: boolean }> }} Lock
 */

/**
 * Whether what is installed has every package of the lock file in its version; packages for other platforms aside.
 * @param {Lock} wanted package-lock.json
 * @param {Lock} installed node_modules/.package-lock.json
 */
export function isInstalled(wanted, installed) {
  return Object.entries(wanted.packages ?? {})
    .filter(([path, entry]) => path.startsWith('node_modules/') && !entry.optional && !entry.devOptional)
    .every(([path, entry]) => {
      const found = installed.packages?.[path];
      return found !== undefined && (entry.link === true || found.version === entry.version);
    });
}

/**
 * @param {string} root
 * @returns {Lock}
 */
function readInstalled(root) {
  try {
    return JSON.parse(readFileSync(join(root, 'node_modules/.package-lock.json'), 'utf8'));
  } catch {
    return {};
  }
}

/** @param {string} root */
async function npmCi(root) {
  // npm removes node_modules first, and with it the Node that a script of ours may have put in front of the PATH.
  const path = (process.env['PATH'] ?? '')
    .split(delimiter)
    .filter((folder) => !folder.includes(join('node_modules', '.bin')));
  const env = { ...process.env, PATH: path.join(delimiter) };
  try {
    await run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: root, env });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(
      `dependencies could not be installed. ${reason}\n` +
        'Mend it: check that the npm registry can be reached (npm ping) and run npm ci by hand',
    );
  }
}
