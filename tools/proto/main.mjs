import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { filesUnder } from '../build/sources.mjs';

/**
 * `npm run proto` generates the wire messages; with `--check` it proves instead that the protos are well kept, that
 * they break nothing that main speaks, and that what is committed is what they generate. All of it offline.
 */
const root = join(import.meta.dirname, '../..');
const GENERATED = 'libs/contracts/src/gen';

process.exitCode = process.argv.includes('--check') ? check() : buf(['generate']);

function check() {
  return [buf(['lint']), breaking(), fresh()].some((code) => code !== 0) ? 1 : 0;
}

function breaking() {
  const against = ['origin/main', 'main'].find(hasProtos);
  if (against === undefined) {
    process.stderr.write('proto: no earlier protos to compare with\n');
    return 0;
  }
  const commit = git(['rev-parse', against]).trim();
  return buf(['breaking', '--against', `.git#ref=${commit}`]);
}

function fresh() {
  const cache = join(root, '.argosy');
  mkdirSync(cache, { recursive: true });
  const work = mkdtempSync(join(cache, 'proto-'));
  try {
    const code = buf(['generate', '--output', work]);
    const stale = code === 0 ? differences(root, work) : [];
    for (const file of stale) process.stderr.write(`proto: ${file} is not what the protos generate: npm run proto\n`);
    return stale.length > 0 ? 1 : code;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/**
 * @param {string} committed
 * @param {string} generated
 */
function differences(committed, generated) {
  const files = new Set([...filesUnder(committed, GENERATED), ...filesUnder(generated, GENERATED)]);
  return [...files].filter((file) => text(join(committed, file)) !== text(join(generated, file)));
}

/** @param {string} path */
function text(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

/** @param {string} ref */
function hasProtos(ref) {
  try {
    return git(['ls-tree', ref, 'proto/']) !== '';
  } catch {
    return false;
  }
}

/** @param {string[]} args */
function git(args) {
  return execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
}

/** @param {string[]} args */
function buf(args) {
  return spawnSync(join(root, 'node_modules/.bin/buf'), args, { cwd: root, stdio: 'inherit' }).status ?? 1;
}
