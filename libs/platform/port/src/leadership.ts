/**
 * Who may act for a service or for the trading accounts of a pair. The port assumes no particular store: an adapter may
 * hold database rows or a Kubernetes lease.
 */
export interface Lease {
  /** 1 and up; only grows, across restarts and holders (I-03). */
  readonly epoch: number;
  /** On this process's monotonic clock, ms: past it nothing but cancels of this epoch's own orders may leave (I-01). */
  readonly deadlineMonotonicMs: number;
}

/** Why a lease is gone for good; a store that merely does not answer is none of these (I-09). */
export interface LeaseLoss {
  readonly kind: 'newer_epoch' | 'stepped_down' | 'released';
  readonly reason: string;
}

/** The lease as its store last showed it, whoever holds it. */
export interface LeaseView {
  readonly holder: string;
  readonly epoch: number;
}

export abstract class Leadership {
  /** This candidate's name, unique among its peers. */
  abstract readonly candidate: string;
  /**
   * The lease as last renewed, or undefined while somebody else leads. A lease past its deadline is still returned: its
   * holder may cancel. Synchronous: the egress asks per write.
   */
  abstract current(): Lease | undefined;
  /** What the store last said of the leader, for status; undefined before the first answer. */
  abstract seen(): LeaseView | undefined;
  /** Stands by until the lease is ours. A store that does not answer is waited for; rejects with a Fault after `release`. */
  abstract acquire(): Promise<Lease>;
  /**
   * At most once per lease, but that `newer_epoch` may follow `stepped_down`. `newer_epoch` leaves 100 ms to be gone
   * (I-09); `stepped_down` leaves time to drain, and the lease is kept until `release`.
   */
  abstract onLost(run: (loss: LeaseLoss) => void): void;
  /** Gives the lease up so that a standby may take it at once: after this `current` is undefined. Idempotent. */
  abstract release(): Promise<void>;
}
