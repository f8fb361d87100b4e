import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { createHash } from 'node:crypto';

/** Where one fleet keeps everything it has: one folder a seed or recorded set. */
export interface FleetFolder {
  readonly name: string;
  readonly path: string;
  /** Where Postgres keeps its cluster: where the account that runs it can go. */
  readonly postgres: string;
  readonly nats: string;
  readonly exchange: string;
  /** Journals of paper accounts. */
  readonly paper: string;
  /** Structured logs of the services, one file a subject. */
  readonly logs: string;
  /** What processes print, one file each. */
  readonly output: string;
  readonly config: string;
  /** What strategies were fed, for exact replay. */
  readonly runs: string;
  /** A file that kills when somebody makes it; nothing here makes, keeps or removes it. */
  readonly killFile: string;
}

export const DATA_FOLDER = join('.argosy', 'data');
const NAME = /^[a-z0-9][a-z0-9_-]{0,60}$/;

export const isFolderName = (text: string): boolean => NAME.test(text);

/** `seed-7`, or the recorded set's files in one word. */
export function folderName(market: { readonly seed: number; readonly recordings: readonly string[] }): string {
  if (market.recordings.length === 0) return `seed-${String(market.seed)}`;
  const [first = ''] = market.recordings;
  const word = basename(first)
    .replace(/\.gz$/, '')
    .replaceAll(/[^A-Za-z0-9]+/g, '-')
    .toLowerCase()
    .slice(0, 40);
  const set = createHash('sha256')
    .update(market.recordings.map((file) => basename(file)).join('\n'))
    .digest('hex')
    .slice(0, 8);
  return `recorded-${word}-${set}`;
}

export function fleetFolder(root: string, postgresDataRoot: string, name: string): FleetFolder {
  const path = join(root, DATA_FOLDER, name);
  return {
    name,
    path,
    postgres: join(postgresDataRoot, 'data', name, 'postgres'),
    nats: join(path, 'nats'),
    exchange: join(path, 'exchange'),
    paper: join(path, 'paper'),
    logs: join(path, 'logs'),
    output: join(path, 'output'),
    config: join(path, 'config'),
    runs: join(path, 'runs'),
    killFile: join(path, 'KILL_SWITCH'),
  };
}

export async function openFolder(folder: FleetFolder): Promise<void> {
  for (const path of [
    folder.path,
    folder.nats,
    folder.exchange,
    folder.logs,
    folder.output,
    folder.config,
    folder.runs,
  ])
    await mkdir(path, { recursive: true });
}

/** Empties it: every trade, book and secret of this fleet is gone. The lock stays with its holder. */
export async function emptyFolder(folder: FleetFolder): Promise<void> {
  const all = [
    folder.postgres,
    folder.nats,
    folder.exchange,
    folder.paper,
    folder.logs,
    folder.output,
    folder.config,
    folder.runs,
  ];
  for (const path of [...all, join(folder.path, 'secrets.json'), join(folder.path, 'ports.json')])
    await rm(path, { recursive: true, force: true });
}

/** Whole or not at all, and readable to its owner alone. */
export async function writePrivate(path: string, value: unknown): Promise<void> {
  const draft = `${path}.tmp`;
  await writeFile(draft, `${JSON.stringify(value, undefined, 2)}\n`, { mode: 0o600 });
  await chmod(draft, 0o600);
  await rename(draft, path);
}

/** Undefined when there is none; a file that is not JSON is an error that names it. */
export async function readJson(path: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new Error(`${path} is not JSON; remove it, or start with --fresh`, { cause: error });
  }
}
