import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { NOTHING, tallyOf } from './tally.mjs';

/** How long a check may be silent before it says that it still runs. */
const STILL_WORKING_MS = 15_000;

/** How much of a failed check is shown; all of it is kept beside. */
const LINES_SHOWN_MAX = 300;

/** Reports and outputs of the last run. */
const FOLDER = '.argosy/checks';

/**
 * @typedef {{ name: string, ok: boolean, seconds: number, output: string, tally: import('./tally.mjs').Tally }} Outcome
 */

/**
 * Runs one check to its end; what it prints is kept, and shown only when it fails.
 * @param {import('./plan.mjs').Check} check
 * @param {{ root: string, node: string, say: (line: string) => void }} place
 * @returns {Promise<Outcome>}
 */
export async function runCheck(check, { root, node, say }) {
  const started = performance.now();
  const elapsed = () => Math.round((performance.now() - started) / 1000);
  say(`${check.name} ...`);
  const life = setInterval(() => {
    say(`${check.name} ... ${String(elapsed())} s`);
  }, STILL_WORKING_MS);
  mkdirSync(join(root, FOLDER), { recursive: true });
  if (check.report !== undefined) rmSync(join(root, check.report), { force: true });
  const { code, output } = await execute(node, check.args, root);
  clearInterval(life);
  const tally = check.report === undefined ? NOTHING : tallyOf(readReport(join(root, check.report)), root);
  const ok = code === 0 && tally.failed === 0;
  // A check that failed without a failed case of its own still has to show in the count.
  const counted = ok || tally.failed > 0 ? tally : { ...tally, failed: 1, failures: [check.name] };
  return {
    name: check.name,
    ok,
    seconds: elapsed(),
    output: ok ? '' : shorten(root, check.name, output),
    tally: counted,
  };
}

/**
 * @param {string} root
 * @param {string} name
 * @param {string} output
 */
function shorten(root, name, output) {
  const file = `${FOLDER}/${name.replaceAll(/\W+/g, '-')}.log`;
  writeFileSync(join(root, file), output);
  const lines = output.trimEnd().split('\n');
  if (lines.length <= LINES_SHOWN_MAX) return lines.join('\n');
  return [`(${String(lines.length)} lines, the first ${String(LINES_SHOWN_MAX)}; all of them in ${file})`]
    .concat(lines.slice(0, LINES_SHOWN_MAX))
    .join('\n');
}

/**
 * @param {string} node
 * @param {string[]} args
 * @param {string} cwd
 * @returns {Promise<{ code: number, output: string }>}
 */
function execute(node, args, cwd) {
  return new Promise((resolve) => {
    const env = { ...process.env, NX_DAEMON: 'false', FORCE_COLOR: '0' };
    const child = spawn(node, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (/** @type {Buffer} */ chunk) => {
      // Jest's report goes to its file; with --json it would also print it here.
      if (!args.includes('--json')) output += chunk.toString();
    });
    child.stderr.on('data', (/** @type {Buffer} */ chunk) => {
      output += chunk.toString();
    });
    child.on('error', (error) => {
      resolve({ code: 1, output: error.message });
    });
    child.on('close', (code) => {
      resolve({ code: code ?? 1, output });
    });
  });
}

/**
 * @param {string} path
 * @returns {import('./tally.mjs').Report}
 */
function readReport(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return { testResults: [] };
  }
}
