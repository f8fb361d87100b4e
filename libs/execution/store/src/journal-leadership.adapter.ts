import { type Clock, type Fault } from '@argosy/domain';
import type { JournalAccount, OrderJournal } from '@argosy/execution-core';
import { type Lease, Leadership } from '@argosy/platform-port';

/**
 * Leadership by being the last to claim the account's epoch: every journal write of an older epoch fails. The lease has no
 * end of its own; it ends when a write says so.
 */
export class JournalLeadership extends Leadership {
  private lease: Lease | undefined;
  private readonly listeners: ((reason: string) => void)[] = [];

  constructor(
    private readonly journal: OrderJournal,
    private readonly account: JournalAccount,
    private readonly clock: Clock,
  ) {
    super();
  }

  override current(): Lease | undefined {
    return this.lease;
  }

  override async acquire(): Promise<Lease> {
    const epoch = await this.journal.claimEpoch(this.account, this.clock.now());
    this.lease = { epoch, deadlineMonotonicMs: Number.POSITIVE_INFINITY };
    return this.lease;
  }

  /** Called when a guarded write found a newer epoch. */
  lost(fault: Fault): void {
    this.lease = undefined;
    for (const run of this.listeners) run(fault.message);
  }

  override onLost(run: (reason: string) => void): void {
    this.listeners.push(run);
  }

  override release(): Promise<void> {
    this.lease = undefined;
    return Promise.resolve();
  }
}
