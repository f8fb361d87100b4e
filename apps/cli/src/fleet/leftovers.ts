import type { Timers } from '@argosy/domain';
import type { Announcer } from './announcer.js';
import type { FleetFolder } from './fleet-folder.js';
import { isRunning, readRecord, removeRecord, type RunningRecord } from './running-record.js';

const END_WITHIN_MS = 8_000;
const LOOK_EVERY_MS = 50;

/** A supervisor that was killed outright leaves its programs behind; nothing of them may go on trading beside the new ones. */
export async function endLeftovers(folder: FleetFolder, timers: Timers, announcer: Announcer): Promise<void> {
  const record = await readRecord(folder.path).catch(() => undefined);
  if (record === undefined) return;
  await endProcesses(record, timers, announcer);
  await removeRecord(folder);
}

/** In order: whoever trades ends before what it stands on. */
export async function endProcesses(record: RunningRecord, timers: Timers, announcer: Announcer): Promise<void> {
  // The order they were started in, backwards.
  for (const { name, pid, program } of [...record.processes].reverse()) {
    if (!(await isRunning(pid, program))) continue;
    announcer.warns(name, `process ${String(pid)} is left of an earlier start; ending it`);
    signal(pid, name === 'postgres' ? 'SIGINT' : 'SIGTERM');
    // A process that nobody has buried yet has no program any more: it counts as gone.
    for (let waitedMs = 0; waitedMs < END_WITHIN_MS && (await isRunning(pid, program)); waitedMs += LOOK_EVERY_MS)
      await timers.sleep(LOOK_EVERY_MS);
    if (await isRunning(pid, program)) signal(pid, name === 'postgres' ? 'SIGQUIT' : 'SIGKILL');
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended by itself meanwhile.
  }
}
