import { assert } from '@argosy/domain';
import { type Hold, type LeaseRow, type LeaseRows, LeaseStore, type TakeRequest } from './lease-store.port.js';

interface KeptRow extends Omit<LeaseRow, 'expired' | 'renewals' | 'ttlMs'> {
  renewals: number;
  ttlMs: number;
  expiresMs: number;
}

/**
 * The twin of the Postgres store: one table in memory with a clock of its own that can be made to jump, and rows that
 * can be deleted, under candidates that reach it through links that can fail.
 */
export class MemoryLeaseStore extends LeaseStore {
  readonly #rows = new Map<string, KeptRow>();
  #epochsIssued = 0;
  #clockOffsetMs = 0;

  /** `monotonicMs` is the true time on which the store's own clock is based. */
  constructor(private readonly monotonicMs: () => number) {
    super();
  }

  override read(names: readonly string[]): Promise<LeaseRows> {
    return Promise.resolve(this.rowsOf(names));
  }

  override take({ names, holder, ttlMs, seen, epochAbove }: TakeRequest): Promise<number | undefined> {
    const isFree = names.every((name) => {
      const [row, known] = [this.rowsOf([name]).get(name), seen.get(name)];
      if (row?.epoch !== known?.epoch || row?.renewals !== known?.renewals) return false;
      return row === undefined || row.released || row.expired;
    });
    if (!isFree) return Promise.resolve(undefined);
    const highest = Math.max(epochAbove, this.#epochsIssued, ...names.map((name) => this.#rows.get(name)?.epoch ?? 0));
    const epoch = highest + 1;
    this.#epochsIssued = epoch;
    const expiresMs = this.nowMs + ttlMs;
    for (const name of names)
      this.#rows.set(name, { name, epoch, holder, renewals: 0, ttlMs, released: false, expiresMs });
    return Promise.resolve(epoch);
  }

  override renew({ names, holder, epoch }: Hold, ttlMs: number): Promise<boolean> {
    const rows = names.flatMap((name) => this.#rows.get(name) ?? []);
    const isHeld = rows.length === names.length && rows.every((row) => isOf(row, holder, epoch) && !row.released);
    if (!isHeld) return Promise.resolve(false);
    const expiresMs = this.nowMs + ttlMs;
    for (const row of rows) {
      row.renewals += 1;
      row.ttlMs = ttlMs;
      row.expiresMs = expiresMs;
    }
    return Promise.resolve(true);
  }

  override release({ names, holder, epoch }: Hold): Promise<void> {
    for (const name of names) {
      const row = this.#rows.get(name);
      if (row !== undefined && isOf(row, holder, epoch)) this.#rows.set(name, { ...row, released: true });
    }
    return Promise.resolve();
  }

  /** As somebody with an administrator's rights might; the epochs that were issued stay issued. */
  deleteRow(name: string): void {
    assert(this.#rows.delete(name), `no lease ${name} to delete`);
  }

  /** The store's clock steps; that of nobody else does. */
  jumpClock(milliseconds: number): void {
    this.#clockOffsetMs += milliseconds;
  }

  private get nowMs(): number {
    return this.monotonicMs() + this.#clockOffsetMs;
  }

  private rowsOf(names: readonly string[]): LeaseRows {
    const nowMs = this.nowMs;
    const kept = names.flatMap((name) => this.#rows.get(name) ?? []);
    return new Map(
      kept.map(({ name, epoch, holder, renewals, ttlMs, released, expiresMs }) => {
        // Further ahead than any renewal could have put it: the clock has been set back since, and says nothing.
        const expired = expiresMs <= nowMs || expiresMs > nowMs + ttlMs;
        return [name, { name, epoch, holder, renewals, ttlMs, released, expired }];
      }),
    );
  }
}

const isOf = (row: KeptRow, holder: string, epoch: number): boolean => row.holder === holder && row.epoch === epoch;
