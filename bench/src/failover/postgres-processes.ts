import { readdirSync, readFileSync } from 'node:fs';
import type pg from 'pg';

/** Every process of this server: the postmaster and all it has started. */
export async function postgresProcesses(admin: pg.Pool): Promise<readonly number[]> {
  const { rows } = await admin.query<{ pid: number }>('select pg_backend_pid() as pid');
  const postmaster = parentOf(rows[0]?.pid ?? 0);
  if (postmaster === undefined) throw new Error('the postmaster cannot be found: no /proc');
  const all = readdirSync('/proc').map(Number).filter(Number.isInteger);
  return [postmaster, ...all.filter((pid) => parentOf(pid) === postmaster)];
}

/** Fourth field of `stat`, after the name in brackets, which may hold anything. */
function parentOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return undefined;
  }
}

/** Stops the whole server as `SIGSTOP` does, runs `work`, and lets it go on. */
export async function whileFrozen<T>(admin: pg.Pool, work: () => Promise<T>): Promise<T> {
  const pids = await postgresProcesses(admin);
  const signal = (name: NodeJS.Signals): void => {
    for (const pid of pids) process.kill(pid, name);
  };
  signal('SIGSTOP');
  try {
    return await work();
  } finally {
    signal('SIGCONT');
  }
}
