import { join } from 'node:path';
import type { ExchangeCommand, ExchangeSnapshot } from '@argosy/exchange-core';
import type { AppendFile, Disk } from '@argosy/platform-port';

/** What a folder's state belongs to: state of another market must not be taken for this one's. */
export interface StateIdentity {
  readonly network: string;
  readonly market: string;
  readonly fundingIntervalMs: number;
  /** When the exchange was first started: the synthetic market begins there. */
  readonly startMs: number;
}

/** Everything at one moment; `segment` is the first log segment that comes after it. */
export interface StateSnapshot {
  readonly segment: number;
  readonly mark: number;
  readonly exchange: ExchangeSnapshot;
  /** The market's own state, where it has one. */
  readonly market: unknown;
}

export type JournalEntry = { readonly c: ExchangeCommand } | { readonly m: readonly [timeMs: number, mark: number] };

export class StateError extends Error {
  override readonly name = 'StateError';
}

const IDENTITY = 'exchange.json';
const SNAPSHOT = 'snapshot.json';
const SEGMENT = /^commands-(\d{6})\.log$/;
const segmentName = (number: number): string => `commands-${String(number).padStart(6, '0')}.log`;

/**
 * A folder with an exchange's state: who it belongs to, the newest snapshot, and the command log from the very start in
 * numbered segments. The log alone gives the state again; the snapshot only saves the time.
 */
export class StateFolder {
  constructor(
    private readonly disk: Disk,
    private readonly folder: string,
  ) {}

  async identity(): Promise<StateIdentity | undefined> {
    return (await this.readJson(IDENTITY)) as StateIdentity | undefined;
  }

  async snapshot(): Promise<StateSnapshot | undefined> {
    return (await this.readJson(SNAPSHOT)) as StateSnapshot | undefined;
  }

  saveIdentity(identity: StateIdentity): Promise<void> {
    return this.writeJson(IDENTITY, identity);
  }

  saveSnapshot(snapshot: StateSnapshot): Promise<void> {
    return this.writeJson(SNAPSHOT, snapshot);
  }

  /** Numbers of the log's segments, rising. */
  async segments(): Promise<readonly number[]> {
    if (!(await this.disk.exists(this.folder))) return [];
    const names = await this.disk.list(this.folder);
    return names.flatMap((name) => {
      const match = SEGMENT.exec(name);
      return match === null ? [] : [Number(match[1])];
    });
  }

  openSegment(number: number): Promise<AppendFile> {
    return this.disk.openAppend(join(this.folder, segmentName(number)));
  }

  /**
   * The entries of one segment. A last line cut short by a crash was never acknowledged and is left out.
   * @throws StateError for a damaged line anywhere else.
   */
  async *entries(segment: number): AsyncIterable<JournalEntry> {
    let damaged: string | undefined;
    let number = 0;
    for await (const line of this.disk.readLines(join(this.folder, segmentName(segment)))) {
      if (damaged !== undefined)
        throw new StateError(`${segmentName(segment)} is damaged at line ${String(number)}: '${damaged}'`);
      number += 1;
      const entry = parseEntry(line);
      if (entry === undefined) damaged = line.slice(0, 80);
      else yield entry;
    }
  }

  private async readJson(name: string): Promise<unknown> {
    const path = join(this.folder, name);
    if (!(await this.disk.exists(path))) return undefined;
    try {
      return JSON.parse(Buffer.from(await this.disk.readFile(path)).toString('utf8')) as unknown;
    } catch (cause) {
      throw new StateError(`${path} is not readable`, { cause });
    }
  }

  private writeJson(name: string, value: unknown): Promise<void> {
    return this.disk.writeFile(join(this.folder, name), Buffer.from(JSON.stringify(value)));
  }
}

function parseEntry(line: string): JournalEntry | undefined {
  try {
    const value = JSON.parse(line) as Partial<{ c: unknown; m: unknown }> | null;
    const isEntry = typeof value === 'object' && value !== null && (value.c !== undefined || Array.isArray(value.m));
    return isEntry ? (value as JournalEntry) : undefined;
  } catch {
    return undefined;
  }
}
