import { execFile } from 'node:child_process';
import { open, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CommandError, EXIT } from '../exit-codes.js';
import { DATA_FOLDER, type FleetFolder, readJson, writePrivate } from './fleet-folder.js';

const run = promisify(execFile);

/** What a running `up` writes down, for the other commands and for whoever cleans up after a crash. */
export interface RunningRecord {
  readonly name: string;
  /** The supervisor. */
  readonly pid: number;
  readonly gatewayUrl: string;
  readonly startedAt: string;
  readonly processes: readonly { readonly name: string; readonly pid: number; readonly program: string }[];
  /** Where each process of a service answers health. */
  readonly instances?: readonly { readonly name: string; readonly url: string }[];
  /** The simulated exchange of this fleet; absent where it trades anywhere else. */
  readonly exchange?: { readonly url: string; readonly controlUrl: string };
}

const RECORD = 'fleet.json';
const LOCK = 'up.lock';
/** In every supervisor's command line. */
const SUPERVISOR_PROGRAM = 'apps/cli/dist/main.js';

export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

/** The command line of a process; undefined when there is none. */
async function commandOf(pid: number): Promise<string | undefined> {
  if (!isAlive(pid)) return undefined;
  try {
    return (await readFile(`/proc/${String(pid)}/cmdline`, 'utf8')).replaceAll('\0', ' ').trim();
  } catch {
    return run('ps', ['-o', 'command=', '-p', String(pid)]).then(
      ({ stdout }) => stdout.trim(),
      () => undefined,
    );
  }
}

/** A process id may have passed to somebody else: it counts only with the program it had. */
export async function isRunning(pid: number, program: string): Promise<boolean> {
  const command = await commandOf(pid);
  return command !== undefined && command !== '' && command.includes(program);
}

export const writeRecord = (folder: FleetFolder, record: RunningRecord): Promise<void> =>
  writePrivate(join(folder.path, RECORD), record);

export const readRecord = async (path: string): Promise<RunningRecord | undefined> =>
  (await readJson(join(path, RECORD))) as RunningRecord | undefined;

export const removeRecord = (folder: FleetFolder): Promise<void> => rm(join(folder.path, RECORD), { force: true });

/** Fleets whose supervisor lives, newest first. */
export async function runningFleets(root: string): Promise<readonly RunningRecord[]> {
  const names = await readdir(join(root, DATA_FOLDER)).catch(() => []);
  const records = await Promise.all(
    names.map((name) => readRecord(join(root, DATA_FOLDER, name)).catch(() => undefined)),
  );
  const living: RunningRecord[] = [];
  for (const record of records)
    if (record !== undefined && (await isRunning(record.pid, SUPERVISOR_PROGRAM))) living.push(record);
  return living.sort((a, b) => b.startedAt.localeCompare(a.startedAt));
}

/**
 * Makes us the only `up` of this folder.
 * @returns what gives the folder back.
 * @throws CommandError when another one has it.
 */
export async function lockFolder(folder: FleetFolder, pid: number): Promise<() => Promise<void>> {
  const path = join(folder.path, LOCK);
  for (;;) {
    try {
      const file = await open(path, 'wx', 0o600);
      await file.writeFile(String(pid));
      await file.close();
      return () => rm(path, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const holder = Number(await readFile(path, 'utf8').catch(() => ''));
    if (holder > 0 && (await isRunning(holder, SUPERVISOR_PROGRAM))) {
      throw new CommandError(
        EXIT.usage,
        `the fleet '${folder.name}' is already running as process ${String(holder)}`,
        'Use it, or end it with argosy down.',
        'FLEET_ALREADY_RUNNING',
      );
    }
    await rm(path, { force: true });
  }
}
