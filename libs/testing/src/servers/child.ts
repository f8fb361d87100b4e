import { type ChildProcess, spawn, type SpawnOptions } from 'node:child_process';

/** Children still running: ended with this process, however it ends. */
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

export interface Child {
  /** Asks the child to end with `signal` and waits for it. */
  stop(signal: NodeJS.Signals): Promise<void>;
}

/**
 * Starts a server and waits for the line of its output that says it is ready.
 * @throws Error with the tail of its output when it ends or stays silent instead.
 */
export async function startChild(
  command: string,
  args: readonly string[],
  ready: RegExp,
  options: SpawnOptions = {},
): Promise<Child> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
  running.add(child);
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  void ended.then(() => running.delete(child));
  await outputMatching(child, ready, `${command} ${args.join(' ')}`, ended);
  return {
    stop: async (signal) => {
      child.kill(signal);
      await ended;
    },
  };
}

const READY_WITHIN_MS = 20_000;

function outputMatching(child: ChildProcess, ready: RegExp, what: string, ended: Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    let tail = '';
    const fail = (why: string): void => reject(new Error(`${what} ${why}:\n${tail}`));
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      fail('was not ready in time');
    }, READY_WITHIN_MS);
    const listen = (chunk: Buffer): void => {
      tail = (tail + chunk.toString()).slice(-4_000);
      if (!ready.test(tail)) return;
      clearTimeout(timer);
      tail = '';
      resolve();
    };
    child.stdout?.on('data', listen);
    child.stderr?.on('data', listen);
    child.once('error', (error) => (tail += error.message));
    void ended.then(() => {
      clearTimeout(timer);
      fail('ended');
    });
  });
}
