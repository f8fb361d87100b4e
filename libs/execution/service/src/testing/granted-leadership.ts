import { type Lease, type LeaseLoss, type LeaseView, Leadership } from '@argosy/platform-port';

/** Leads as soon as it asks, with the next epoch; a spec moves its deadline or takes it away. */
export class GrantedLeadership extends Leadership {
  override readonly candidate = 'spec';
  lease: Lease | undefined;
  private readonly listeners: ((loss: LeaseLoss) => void)[] = [];

  constructor(private readonly epochs: { last: number }) {
    super();
  }

  override current(): Lease | undefined {
    return this.lease;
  }

  override seen(): LeaseView | undefined {
    return this.lease === undefined ? undefined : { holder: this.candidate, epoch: this.lease.epoch };
  }

  override acquire(): Promise<Lease> {
    this.epochs.last += 1;
    this.lease = { epoch: this.epochs.last, deadlineMonotonicMs: Number.POSITIVE_INFINITY };
    return Promise.resolve(this.lease);
  }

  lose(loss: LeaseLoss): void {
    this.lease = undefined;
    for (const run of this.listeners) run(loss);
  }

  override onLost(run: (loss: LeaseLoss) => void): void {
    this.listeners.push(run);
  }

  override release(): Promise<void> {
    this.lease = undefined;
    return Promise.resolve();
  }
}
