import type { Timer, Timers } from '@argosy/domain';
import { readFileSync, writeFileSync } from 'node:fs';

/** How often a strategy that is at work is looked at, and how often one that rests. */
const BUSY_CHECK_MS = 100;
const REST_CHECKS = 10;
const KILOBYTE = 1_024;

/** A process whose memory is watched. */
export interface Watched {
  readonly pid: number | undefined;
  /** It has events that it has not answered. */
  readonly isBusy: boolean;
  overMemory(bytes: number): void;
}

/**
 * Ends processes that hold more memory than they may. V8 bounds its own heap, but not what lies outside of it: typed
 * arrays and buffers. Where the machine does not tell (no `/proc`), only the bound of the heap holds.
 */
export class MemoryWatch {
  private readonly watched = new Set<Watched>();
  private checking: Timer | undefined;
  private checks = 0;

  constructor(
    private readonly bytesMax: number,
    private readonly timers: Timers,
    private readonly residentBytes: (pid: number) => number | undefined = residentBytesOf,
  ) {}

  add(one: Watched): void {
    this.watched.add(one);
    this.checking ??= this.timers.every(BUSY_CHECK_MS, () => this.check());
  }

  remove(one: Watched): void {
    this.watched.delete(one);
    if (this.watched.size > 0) return;
    this.checking?.cancel();
    this.checking = undefined;
  }

  private check(): void {
    this.checks += 1;
    const isEverybody = this.checks % REST_CHECKS === 0;
    for (const one of [...this.watched]) {
      if (one.pid === undefined || !(one.isBusy || isEverybody)) continue;
      const bytes = this.residentBytes(one.pid);
      if (bytes !== undefined && bytes > this.bytesMax) one.overMemory(bytes);
    }
  }
}

function residentBytesOf(pid: number): number | undefined {
  try {
    const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${String(pid)}/status`, 'latin1'))?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) * KILOBYTE;
  } catch {
    // Gone already, or a machine without such files.
    return undefined;
  }
}

/** When the machine itself runs out, a strategy goes before anything that holds orders. */
export function offerFirst(pid: number): void {
  try {
    writeFileSync(`/proc/${String(pid)}/oom_score_adj`, '1000');
  } catch {
    // A machine without such files; nothing depends on it.
  }
}
