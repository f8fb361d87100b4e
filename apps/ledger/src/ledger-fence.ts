import { assert } from '@argosy/domain';
import type { LedgerStore } from '@argosy/ledger-core';
import type { Leadership } from '@argosy/platform-port';

/** Shuts the books to every earlier leader before the first entry of this one: a batch under way there is waited for (I-04). */
export class LedgerFence {
  constructor(
    private readonly store: LedgerStore,
    private readonly leadership: Leadership,
  ) {}

  /** Faults: STORE_UNAVAILABLE; STALE_EPOCH when somebody newer leads, which ends this process in a moment. */
  async claim(): Promise<void> {
    const lease = this.leadership.current();
    assert(lease !== undefined, 'the books are opened before their lease was taken');
    await this.store.claimEpoch(lease.epoch);
  }
}
