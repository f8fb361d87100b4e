import type { JournalAccount, JournalBatch } from '@argosy/execution-core';
import type { AccountId, TimeNs } from '@argosy/domain';
import { MemoryOrderJournal } from '@argosy/execution-store';

export interface JournalWatcher {
  wrote(batch: JournalBatch): void;
  claimed(account: JournalAccount, epoch: number): void;
}

/** The journal's twin, with somebody who sees every effect at the moment it is durable. */
export class WatchedJournal extends MemoryOrderJournal {
  readonly #written = new Map<AccountId, bigint>();

  constructor(private readonly watcher: JournalWatcher) {
    super();
  }

  override async write(batch: JournalBatch): Promise<void> {
    await super.write(batch);
    // A batch whose answer was lost comes again: only what is new in it has happened.
    const written = this.#written.get(batch.accountId) ?? 0n;
    const events = batch.events.filter(({ sequence }) => sequence > written);
    this.#written.set(batch.accountId, events.at(-1)?.sequence ?? written);
    this.watcher.wrote({ ...batch, events });
  }

  override async claimEpoch(account: JournalAccount, epoch: number, at: TimeNs): Promise<void> {
    await super.claimEpoch(account, epoch, at);
    this.watcher.claimed(account, epoch);
  }
}
