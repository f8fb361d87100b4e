import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What the bootstrap found or made; programs and tests read it, see tools/README.md. */
export const TOOLCHAIN_FILE = '.argosy/toolchain.json';

/** What each step recorded when it was last done, so that the next start skips it in milliseconds. */
const STAMPS_FILE = '.argosy/bootstrap.json';

/**
 * @typedef {{ path: string, mtimeMs: number, size: number, configured: string | null, way: string, version: string }} NatsStamp
 * @typedef {{ binDir: string, dataRoot: string, source: string, uid: number }} PostgresStamp
 * @typedef {{ dependencies?: string, nats?: NatsStamp, postgres?: PostgresStamp }} Stamps
 */

/**
 * @param {string} root
 * @returns {Stamps}
 */
export function readStamps(root) {
  try {
    return JSON.parse(readFileSync(join(root, STAMPS_FILE), 'utf8'));
  } catch {
    return {};
  }
}

/**
 * @param {string} root
 * @param {Stamps} stamps the steps that were done now; the others keep what they had
 */
export function writeStamps(root, stamps) {
  writeJson(join(root, STAMPS_FILE), { ...readStamps(root), ...stamps });
}

/**
 * Writes in one piece, so that a reader never meets half a file.
 * @param {string} path
 * @param {unknown} value
 */
export function writeJson(path, value) {
  mkdirSync(dirname(path), { recursive: true });
  const draft = `${path}.${String(process.pid)}.tmp`;
  writeFileSync(draft, `${JSON.stringify(value, null, 2)}\n`);
  renameSync(draft, path);
}
