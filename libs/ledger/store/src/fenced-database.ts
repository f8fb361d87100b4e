import { Fault } from '@argosy/domain';
import { SqlDatabase } from './sql-database.js';
import { sqlState } from './store-fault.js';

const STALE_EPOCH = 'LG007';

/** A condition of every write beside bookings, whose statement begins with it. */
export const FENCE = 'ledger.require_epoch($1::bigint)';

/** Writes that name the epoch they happen under and are refused unless it is the newest that was claimed (I-04). */
export class FencedDatabase extends SqlDatabase {
  /** What this process claimed; 0 where nobody leads. */
  private claimed = 0;

  get epoch(): number {
    return this.claimed;
  }

  async claim(epoch: number): Promise<void> {
    await refusingStale(epoch, this.rows('select ledger.claim_epoch($1)', [epoch]));
    this.claimed = epoch;
  }

  /** @param text its first parameter is the epoch, and `FENCE` among its conditions. */
  async write(text: string, values: readonly unknown[]): Promise<void> {
    await refusingStale(this.epoch, this.rows(text, [this.epoch, ...values]));
  }

  /** As `write`, for a statement that begins with the fence by itself. */
  async writePrepared(name: string, text: string, values: readonly unknown[]): Promise<void> {
    await refusingStale(this.epoch, this.prepared(name, text, [this.epoch, ...values]));
  }
}

async function refusingStale(epoch: number, write: Promise<unknown>): Promise<void> {
  try {
    await write;
  } catch (error) {
    if (sqlState(error) !== STALE_EPOCH) throw error;
    throw new Fault('STALE_EPOCH', `ledger: epoch ${String(epoch)} is no longer current`, { cause: error });
  }
}
