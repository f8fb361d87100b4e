import type { TimeNs } from '@argosy/domain';

/** A trade that comes later than this after a book that already shows it is not looked at any more. */
export const LATE_TRADE_NS = 5_000_000_000n;
const ENTRIES_MAX = 256;

interface Entry {
  readonly at: TimeNs;
  readonly tick: number;
  lots: number;
}

/**
 * What books took off the levels where we stand. A trade that is reported after the book which already lacks it must not
 * move us forward twice: it first uses up what the books have shown.
 */
export class ShrinkLog {
  private entries: Entry[] = [];
  /** Entries up to here have been forgotten: a trade from then is taken as shown. */
  private floor = -1n;

  add(at: TimeNs, tick: number, lots: number): void {
    this.entries = this.entries.filter((entry) => entry.at + LATE_TRADE_NS >= at);
    if (lots <= 0) return;
    if (this.entries.length >= ENTRIES_MAX) this.floor = this.entries.shift()?.at ?? this.floor;
    this.entries.push({ at, tick, lots });
  }

  /** Lots of a trade at `at` that books from then on have shown already. */
  use(at: TimeNs, tick: number, lots: number): number {
    if (at <= this.floor) return lots;
    let used = 0;
    for (const entry of this.entries) {
      if (entry.tick !== tick || entry.at < at) continue;
      const part = Math.min(entry.lots, lots - used);
      entry.lots -= part;
      used += part;
    }
    return used;
  }
}
