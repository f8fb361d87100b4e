import { spawn } from 'node:child_process';
import { programOf } from '../fleet/services.js';
import { EXIT } from '../exit-codes.js';
import type { Shell } from '../shell.js';

/** Runs the simulated exchange alone, its output and exit code ours. */
export async function simulate(shell: Shell, args: readonly string[]): Promise<number> {
  const child = spawn(shell.node, ['--enable-source-maps', programOf(shell.root, 'exchange-sim'), ...args], {
    stdio: 'inherit',
    cwd: shell.folder,
    env: shell.env,
  });
  const listenNoMore = shell.onStop(() => child.kill('SIGTERM'));
  try {
    return await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code) => resolve(code ?? EXIT.interrupted));
    });
  } finally {
    listenNoMore();
  }
}
