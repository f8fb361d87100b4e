import type { AccountId, AccountKind, Amount, InstrumentId, TimeNs, Venue } from '@argosy/domain';
import type { ChainHead, StrategyPosition } from './booking-state.js';
import type { LedgerAccount } from './chart.js';
import type { Entry } from './entry.js';
import type { LedgerFact } from './fact.js';
import type { RefusedFact } from './prepare-booking.js';

/** Facts of one account, to be booked in one transaction or not at all. */
export interface BookingRequest {
  readonly accountId: AccountId;
  readonly accountKind: AccountKind;
  readonly venue: Venue;
  readonly facts: readonly LedgerFact[];
  /** The account's facts are read up to here once the batch is booked; it never falls. */
  readonly factsSequence: bigint;
  /** Where the facts before these end, given while their booking may still be under way. */
  readonly behind?: bigint;
  readonly bookedAtNs: TimeNs;
}

/** More facts in one transaction than this would hold the account's lock too long. */
export const BOOKING_FACTS_MAX = 1_000;

export interface BookingReceipt {
  readonly booked: readonly Entry[];
  readonly repeated: number;
  /** Kept as breaks, with their content, until a person resolves them. */
  readonly refused: readonly RefusedFact[];
}

export interface LedgerAccountBooks {
  readonly accountId: AccountId;
  readonly accountKind: AccountKind;
  readonly venue: Venue;
  readonly head: ChainHead;
  readonly factsSequence: bigint;
}

export interface HeldPosition extends StrategyPosition {
  readonly accountId: AccountId;
}

export interface AccountTotal {
  readonly accountId: AccountId;
  readonly account: LedgerAccount;
  readonly amount: Amount;
}

/** What one account moved on one UTC day, by the day the fact occurred. */
export interface DayTotal extends AccountTotal {
  /** Days since 1970-01-01 UTC. */
  readonly day: number;
}

export interface TradeFilter {
  readonly accountId?: AccountId;
  readonly strategyId?: string;
  readonly instrumentId?: InstrumentId;
  readonly sinceNs?: TimeNs;
  /** 1…1000. */
  readonly limit: number;
}

/** A fact that could not be booked. */
export interface LedgerBreak {
  readonly accountId: AccountId;
  readonly externalId: string;
  readonly code: string;
  readonly description: string;
  readonly foundAtNs: TimeNs;
}

export interface IntegrityCheck {
  /**
   * `full` reads every entry there is; `recent` begins where the last check that passed has left a checkpoint, and is worth
   * what that one was.
   */
  readonly scope: 'full' | 'recent';
  /** Leaves a checkpoint of this time where everything is whole. */
  readonly checkpointAtNs?: TimeNs;
  /** Entries read so far and in all, about twice a second. */
  readonly onProgress?: (read: bigint, total: bigint) => void;
}

export interface IntegrityResult {
  /** In words, worst first; empty means the books are whole. */
  readonly problems: readonly string[];
  readonly postings: bigint;
  readonly entries: bigint;
  /** Sum of all balances by asset. */
  readonly trialBalance: ReadonlyMap<string, Amount>;
  readonly chainValid: boolean;
}

/**
 * The books. Bookings of one account are serialised (I-40); entries are only ever added (I-35). Faults: STORE_UNAVAILABLE,
 * after which a booking may or may not have happened: book the same facts again, they are absorbed; of all that write also
 * STALE_EPOCH: somebody newer leads, and nothing was written (I-04).
 */
export abstract class LedgerStore {
  /**
   * Called once by a new leader before it writes. From then on this store writes under `epoch`, and what others write under
   * an older one is refused; a booking under way is waited for. The same epoch may be claimed again. Where nobody ever
   * claims, everybody writes under epoch 0. Faults: STALE_EPOCH when a newer one was claimed.
   */
  abstract claimEpoch(epoch: number): Promise<void>;
  /**
   * A booking may be handed over while the one before it of its account is still under way; it then says what it is `behind`.
   * It is booked after that one, and not at all (STORE_UNAVAILABLE) where the books do not reach so far: facts keep their
   * order, and no cursor passes a fact that is not in the books.
   */
  abstract book(request: BookingRequest): Promise<BookingReceipt>;
  abstract accounts(): Promise<readonly LedgerAccountBooks[]>;
  /** Ascending, from after `afterSequence`; at most `limit` (1…1000). */
  abstract entries(accountId: AccountId, afterSequence: bigint, limit: number): Promise<readonly Entry[]>;
  /** Entries of fills, newest first by booking. */
  abstract trades(filter: TradeFilter): Promise<readonly Entry[]>;
  /** Every position ever held; flat ones have quantity zero. */
  abstract positions(accountId?: AccountId): Promise<readonly HeldPosition[]>;
  abstract balances(accountId?: AccountId): Promise<readonly AccountTotal[]>;
  /** Both days inclusive. */
  abstract dayTotals(fromDay: number, toDay: number): Promise<readonly DayTotal[]>;
  abstract breaks(limit: number): Promise<readonly LedgerBreak[]>;
  /** Writes down where every chain stands now, so that a later truncation is found (I-47). */
  abstract anchor(atNs: TimeNs): Promise<void>;
  /**
   * Zero sums, projections against postings, every chain, the anchors; one pass in bounded memory, so that it may run while
   * the fleet trades. The whole books unless told otherwise.
   */
  abstract checkIntegrity(check?: IntegrityCheck): Promise<IntegrityResult>;
}

export const INTEGRITY_PASSED = 'Data integrity check: PASSED';
export const INTEGRITY_FAILED = 'Data integrity check: FAILED';
