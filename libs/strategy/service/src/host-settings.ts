import type { AccountId, AccountKind, Venue } from '@argosy/domain';
import type { RunLogSettings } from './run-log.js';

/** A trading account of ours that strategies may use. */
export interface TradingAccount {
  readonly accountId: AccountId;
  readonly venue: Venue;
  readonly kind: AccountKind;
}

/** Every limit of the host; none is unlimited. */
export interface HostSettings {
  readonly accounts: readonly TradingAccount[];
  readonly strategiesMax: number;
  /** How long a submission or cancel may take before it counts as unanswered. */
  readonly orderTimeoutMs: number;
  /** A strategy that has not answered a batch by then has hung. */
  readonly answerDeadlineMs: number;
  /** From its creation to its first answer: a thread has to load its code. */
  readonly startDeadlineMs: number;
  /** Orders of one strategy in one second; what is beyond it is refused here and goes nowhere. */
  readonly ordersPerSecondMax: number;
  /** Submissions and cancels of one strategy in one second, refused ones too; beyond it the strategy is stopped. */
  readonly actionsPerSecondMax: number;
  /** Submissions and cancels of one strategy that wait for their answer; beyond it the strategy is stopped. */
  readonly outstandingMax: number;
  /** Levels a side that a strategy is told. */
  readonly bookLevelsMax: number;
  /** Absent: nothing is logged for replay. */
  readonly log?: RunLogSettings;
}

export const HOST_DEFAULTS = {
  strategiesMax: 200,
  orderTimeoutMs: 2_000,
  answerDeadlineMs: 1_000,
  startDeadlineMs: 30_000,
  ordersPerSecondMax: 100,
  actionsPerSecondMax: 200,
  outstandingMax: 64,
  bookLevelsMax: 10,
} as const;

/** Events a strategy gets in one go. */
export const BATCH_MAX = 64;
/** Account facts waiting for one strategy; beyond it, it does not keep up. */
export const WAITING_FACTS_MAX = 10_000;
/** Market trades waiting for one strategy; beyond it the oldest are dropped. */
export const WAITING_TRADES_MAX = 1_000;
/** How often a strategy hears of the time. */
export const TIMER_MS = 1_000;
