import { type Lease, type LeaseLoss, type LeaseView, Leadership } from '@argosy/platform-port';

/** Leads as soon as it asks, under the epoch that it is given; a spec moves its deadline or takes it away. */
export class GrantedLeadership extends Leadership {
  deadlineMonotonicMs = Number.POSITIVE_INFINITY;
  private epoch: number | undefined;
  private readonly listeners: ((loss: LeaseLoss) => void)[] = [];

  constructor(
    private readonly nextEpoch: () => number | Promise<number>,
    override readonly candidate = 'spec',
  ) {
    super();
  }

  override current(): Lease | undefined {
    const { epoch, deadlineMonotonicMs } = this;
    return epoch === undefined ? undefined : { epoch, deadlineMonotonicMs };
  }

  override seen(): LeaseView | undefined {
    return this.epoch === undefined ? undefined : { holder: this.candidate, epoch: this.epoch };
  }

  override async acquire(): Promise<Lease> {
    const epoch = await this.nextEpoch();
    this.epoch = epoch;
    return { epoch, deadlineMonotonicMs: this.deadlineMonotonicMs };
  }

  lose(loss: LeaseLoss): void {
    this.epoch = undefined;
    for (const run of this.listeners) run(loss);
  }

  override onLost(run: (loss: LeaseLoss) => void): void {
    this.listeners.push(run);
  }

  override release(): Promise<void> {
    this.epoch = undefined;
    return Promise.resolve();
  }
}
