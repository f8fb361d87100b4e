import { type Lease, type LeaseView, Leadership } from '@argosy/platform-port';
import type { RiskStore } from '@argosy/risk-core';

/** Leadership by being the last to claim the store's epoch, for one risk alone: every write of an older epoch fails. */
export class StoreLeadership extends Leadership {
  private lease: Lease | undefined;

  constructor(
    private readonly store: RiskStore,
    override readonly candidate: string,
  ) {
    super();
  }

  override current(): Lease | undefined {
    return this.lease;
  }

  override seen(): LeaseView | undefined {
    return this.lease === undefined ? undefined : { holder: this.candidate, epoch: this.lease.epoch };
  }

  override async acquire(): Promise<Lease> {
    this.lease = { epoch: (await this.store.epoch()) + 1, deadlineMonotonicMs: Number.POSITIVE_INFINITY };
    return this.lease;
  }

  /** Nobody takes it away; a newer claim shows itself with the next write. */
  override onLost(): void {
    return;
  }

  override release(): Promise<void> {
    this.lease = undefined;
    return Promise.resolve();
  }
}
