import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 200;

/**
 * Lets one bootstrap at a time work in a checkout: two `npm ci` at once would destroy each other's work. A lock whose
 * owner is gone is taken over.
 * @template T
 * @param {string} root
 * @param {import('./progress.mjs').Say} say
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function alone(root, say, work) {
  const path = join(root, '.argosy/bootstrap.lock');
  mkdirSync(dirname(path), { recursive: true });
  let waiting = false;
  while (!take(path)) {
    if (!waiting) say(`waiting for another start in this checkout (process ${owner(path) ?? 'unknown'})`);
    waiting = true;
    await sleep(POLL_MS);
  }
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
}

/** @param {string} path */
function take(path) {
  try {
    writeFileSync(path, String(process.pid), { flag: 'wx' });
    return true;
  } catch {
    const pid = owner(path);
    if (pid !== undefined && !isAlive(Number(pid))) rmSync(path, { force: true });
    return false;
  }
}

/** @param {string} path */
function owner(path) {
  try {
    return readFileSync(path, 'utf8') || undefined;
  } catch {
    return undefined;
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
