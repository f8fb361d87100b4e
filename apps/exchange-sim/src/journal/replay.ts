import type { Exchange } from '@argosy/exchange-core';
import type { JournalEntry, StateFolder } from './state-folder.js';

/** What goes on from a snapshot: an exchange, and how its market is moved to a mark at a protocol time. */
export interface Replayed {
  readonly exchange: Exchange;
  readonly advanceMarket: (timeMs: number, mark: number) => void | Promise<void>;
}

export async function replayEntries(entries: AsyncIterable<JournalEntry>, target: Replayed): Promise<number> {
  let count = 0;
  for await (const entry of entries) {
    count += 1;
    if ('c' in entry) target.exchange.execute(entry.c);
    else await target.advanceMarket(entry.m[0], entry.m[1]);
  }
  return count;
}

/** Executes the log again from segment `from` on. Returns how many entries there were. */
export async function replayFolder(folder: StateFolder, from: number, target: Replayed): Promise<number> {
  let count = 0;
  for (const segment of await folder.segments()) {
    if (segment >= from) count += await replayEntries(folder.entries(segment), target);
  }
  return count;
}
