import type { JournalAccount, JournalBatch } from '@argosy/execution-core';
import type { TimeNs } from '@argosy/domain';
import { MemoryOrderJournal } from '@argosy/execution-store';

export interface JournalWatcher {
  wrote(batch: JournalBatch): void;
  claimed(account: JournalAccount, epoch: number): void;
}

/** The journal's twin, with somebody who sees every effect at the moment it is durable. */
export class WatchedJournal extends MemoryOrderJournal {
  constructor(private readonly watcher: JournalWatcher) {
    super();
  }

  override async write(batch: JournalBatch): Promise<void> {
    await super.write(batch);
    this.watcher.wrote(batch);
  }

  override async claimEpoch(account: JournalAccount, epoch: number, at: TimeNs): Promise<void> {
    await super.claimEpoch(account, epoch, at);
    this.watcher.claimed(account, epoch);
  }
}
