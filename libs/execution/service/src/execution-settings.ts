import type { AccountId, AccountKind, Amount, Venue } from '@argosy/domain';
import type { DoubtPolicy } from '@argosy/execution-core';

/** One trading account of ours: the unit of leadership and of scale. */
export interface AccountSettings {
  readonly accountId: AccountId;
  readonly venue: Venue;
  readonly kind: AccountKind;
  /** 0…65535: our own number of the account in client order ids. */
  readonly number: number;
  /** Public identity of the signing key. */
  readonly signer: string;
}

/** Every limit of execution, by name; none is optional. */
export interface ExecutionSettings {
  /** 0…65535: this fleet among those that share a venue account. */
  readonly fleetNumber: number;
  /** A request is valid at the venue for at most so long, ms (I-05). */
  readonly requestValidityMs: number;
  /** Risk's word on trading older than this is unknown, ms. */
  readonly haltStateLimitMs: number;
  readonly doubt: DoubtPolicy;
  /** Share of the equity at 00:00 UTC that a day may lose before execution itself kills (RK-2), over 0. */
  readonly dailyLossBackstop: Amount;
  /** Where reconciliation reports are filed. */
  readonly reportsFolder: string;
  /** How many times its documented limits the venue grants this account. */
  readonly rateLimitFactor: number;
  /** Between two sweeps of fills and funding, ms. */
  readonly sweepIntervalMs: number;
  /** How far a sweep looks back behind the newest fill, ms. */
  readonly sweepOverlapMs: number;
  /** Between two reads of account value and positions, ms. */
  readonly observeIntervalMs: number;
  /** Intents, moves and fills waiting for the journal; beyond it new orders are refused. */
  readonly journalQueueLimit: number;
  /** Finished orders kept in memory for late reports and repeated requests. */
  readonly finishedOrdersKept: number;
}
