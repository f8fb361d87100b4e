import { type Lease, type LeaseLoss, Leadership, type LeaseView } from '@argosy/platform-port';

/** A lease without an end. */
export class NoDeadline extends Leadership {
  constructor(private readonly real: Leadership) {
    super();
  }

  override get candidate(): string {
    return this.real.candidate;
  }
  override current(): Lease | undefined {
    const lease = this.real.current();
    return lease === undefined ? undefined : { ...lease, deadlineMonotonicMs: Number.POSITIVE_INFINITY };
  }
  override seen(): LeaseView | undefined {
    return this.real.seen();
  }
  override acquire(): Promise<Lease> {
    return this.real.acquire();
  }
  override onLost(run: (loss: LeaseLoss) => void): void {
    this.real.onLost(run);
  }
  override release(): Promise<void> {
    return this.real.release();
  }
}
