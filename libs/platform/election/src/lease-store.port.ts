/** One lease as its store holds it. */
export interface LeaseRow {
  readonly name: string;
  /** 0 for a lease that nobody has ever held. */
  readonly epoch: number;
  readonly holder: string;
  /** Grows with every renewal: what a standby watches. */
  readonly renewals: number;
  /** The holder's own. */
  readonly ttlMs: number;
  readonly released: boolean;
  /** The store's own clock says that it has run out, or its clock makes no sense of it. */
  readonly expired: boolean;
}

/** By name; a name without a row was never taken, or somebody deleted its row. */
export type LeaseRows = ReadonlyMap<string, LeaseRow>;

/** A group of leases held under one epoch. */
export interface Hold {
  readonly names: readonly string[];
  readonly holder: string;
  readonly epoch: number;
}

export interface TakeRequest {
  readonly names: readonly string[];
  readonly holder: string;
  readonly ttlMs: number;
  /** What the candidate decided upon: anything else in the store refuses it. */
  readonly seen: LeaseRows;
  /** The new epoch is greater than this and than any that the names ever had. */
  readonly epochAbove: number;
}

/**
 * Where leases are kept. Each call is one atomic step of the store and lasts no longer than the store's own deadline,
 * which is shorter than a heartbeat's budget. Faults: STORE_UNAVAILABLE; then the step may have happened.
 */
export abstract class LeaseStore {
  abstract read(names: readonly string[]): Promise<LeaseRows>;
  /**
   * All names or none: the one new epoch, or undefined when a row is not as it was seen or is neither released nor
   * expired by the store's clock.
   */
  abstract take(request: TakeRequest): Promise<number | undefined>;
  /** All or none: true when every row still was the hold's and has been renewed. Never makes a missing row. */
  abstract renew(hold: Hold, ttlMs: number): Promise<boolean>;
  /** Lets the next candidate take at once; rows that are no longer the hold's stay as they are. */
  abstract release(hold: Hold): Promise<void>;
}
