import type { AccountId, Fault } from '@argosy/domain';
import type { OrderJournal } from '@argosy/execution-core';
import { type Lease, type LeaseLoss, type LeaseView, Leadership } from '@argosy/platform-port';

/**
 * Leadership by being the last to claim the accounts' epochs: every journal write of an older epoch fails. The lease has no
 * end of its own; it ends when a write says so.
 */
export class JournalLeadership extends Leadership {
  override readonly candidate: string;
  private lease: Lease | undefined;
  private readonly listeners: ((loss: LeaseLoss) => void)[] = [];

  constructor(
    private readonly journal: OrderJournal,
    private readonly accounts: readonly AccountId[],
  ) {
    super();
    this.candidate = accounts.join('+');
  }

  override seen(): LeaseView | undefined {
    return this.lease === undefined ? undefined : { holder: this.candidate, epoch: this.lease.epoch };
  }

  override current(): Lease | undefined {
    return this.lease;
  }

  override async acquire(): Promise<Lease> {
    const epochs = await Promise.all(this.accounts.map((account) => this.journal.epoch(account)));
    const epoch = Math.max(0, ...epochs) + 1;
    this.lease = { epoch, deadlineMonotonicMs: Number.POSITIVE_INFINITY };
    return this.lease;
  }

  /** Called when a guarded write found a newer epoch. */
  lost(fault: Fault): void {
    this.lease = undefined;
    for (const run of this.listeners) run({ kind: 'newer_epoch', reason: fault.message });
  }

  override onLost(run: (loss: LeaseLoss) => void): void {
    this.listeners.push(run);
  }

  override release(): Promise<void> {
    this.lease = undefined;
    return Promise.resolve();
  }
}
