/**
 * Who may act for a trading account. The port assumes no particular store: an adapter may hold a database row or a
 * Kubernetes lease.
 */
export interface Lease {
  /** 1 and up; only grows, across restarts and holders (I-03). */
  readonly epoch: number;
  /** On this process's monotonic clock, ms: past it nothing but cancels of this epoch's own orders may leave (I-01). */
  readonly deadlineMonotonicMs: number;
}

export abstract class Leadership {
  /** The lease as last renewed, or undefined while somebody else leads. Synchronous: the egress asks per write. */
  abstract current(): Lease | undefined;
  /** Resolves with the first lease of this process; rejects with a Fault when it never can. */
  abstract acquire(): Promise<Lease>;
  abstract onLost(run: (reason: string) => void): void;
  abstract release(): Promise<void>;
}
