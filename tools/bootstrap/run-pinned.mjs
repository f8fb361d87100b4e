import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { bootstrap, ROOT } from './bootstrap.mjs';

const PARENT_POLL_MS = 1_000;

/**
 * Brings the checkout up and runs a built program on the pinned Node, as if it had been started directly: its output,
 * its exit code and the signals are its own. The program gets an IPC channel, whose `disconnect` tells it that the
 * starter is gone, however it died.
 * @param {string} program path of a built file, relative to the checkout
 * @param {readonly string[]} args
 */
export async function runPinned(program, args) {
  let node;
  try {
    ({ node } = await bootstrap());
  } catch (error) {
    process.stderr.write(`argosy: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
    return;
  }
  // Node opens its inspector on SIGUSR1 unless told not to.
  const child = spawn(node, ['--disable-sigusr1', '--enable-source-maps', join(ROOT, program), ...args], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  forwardSignals(child);
  followNpm(child);
  child.on('error', (error) => {
    process.stderr.write(`argosy: ${node} cannot be started: ${error.message}\n`);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

/** @param {import('node:child_process').ChildProcess} child */
function forwardSignals(child) {
  for (const signal of /** @type {const} */ (['SIGTERM', 'SIGHUP', 'SIGINT', 'SIGUSR2'])) {
    process.on(signal, () => {
      // A terminal sends Ctrl-C to the whole group: the program has it already, and a second one may mean "at once".
      if (signal === 'SIGINT' && process.stdin.isTTY) return;
      child.kill(signal);
    });
  }
}

/**
 * npm that is killed outright cannot pass anything on: the program ends when npm is gone. Started by hand, the program
 * may well outlive its shell.
 * @param {import('node:child_process').ChildProcess} child
 */
function followNpm(child) {
  if (process.env['npm_lifecycle_event'] === undefined) return;
  const npm = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === npm) return;
    clearInterval(watch);
    child.kill('SIGTERM');
  }, PARENT_POLL_MS);
  watch.unref();
}
