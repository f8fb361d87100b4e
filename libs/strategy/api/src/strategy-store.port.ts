import type { AccountId, Amount, InstrumentId, StrategyId, TimeNs } from '@argosy/domain';

export const STRATEGY_ACTIONS = [
  'loaded',
  'configured',
  'start_requested',
  'started',
  'resumed',
  'stop_requested',
  'stopped',
  'failed',
  'unloaded',
  'refused',
] as const;
export type StrategyHistoryAction = (typeof STRATEGY_ACTIONS)[number];

/** A loaded strategy as it survives the host's end. */
export interface StoredStrategy {
  readonly strategyId: StrategyId;
  /** Canonical JSON, read again by the same strict reader. */
  readonly configJson: string;
  /** 1 and up, never reused, not even after an unload. */
  readonly configVersion: number;
  /** Whether somebody wants it to run: what a restart of the host goes back to. */
  readonly wanted: 'running' | 'stopped';
}

/** Who did what to a strategy and why: append-only. */
export interface StrategyHistoryEntry {
  readonly strategyId: StrategyId;
  readonly action: StrategyHistoryAction;
  readonly actor: string;
  readonly reason: string;
  /** 0 where nothing was loaded. */
  readonly configVersion: number;
  readonly at: TimeNs;
}

/** What each strategy holds in one account, at one sequence of that account's facts. */
export interface HoldingsCheckpoint {
  readonly accountId: AccountId;
  /** Every fact up to this one is included; 0 for none. */
  readonly sequence: bigint;
  readonly holdings: readonly StrategyHolding[];
}

export interface StrategyHolding {
  readonly strategyId: StrategyId;
  readonly instrumentId: InstrumentId;
  /** Signed, base units, never zero. */
  readonly quantity: Amount;
}

/** What strategy-host must not forget. Faults everywhere: STORE_UNAVAILABLE. */
export abstract class StrategyStore {
  /** Every loaded strategy, by id. */
  abstract loaded(): Promise<readonly StoredStrategy[]>;
  /** True when it was loaded once and somebody unloaded it: files do not bring it back by themselves. */
  abstract wasUnloaded(strategy: StrategyId): Promise<boolean>;
  /** Stores configuration under the next version, which is returned; a new strategy is wanted stopped. */
  abstract saveConfig(strategy: StrategyId, configJson: string): Promise<number>;
  abstract want(strategy: StrategyId, wanted: StoredStrategy['wanted']): Promise<void>;
  abstract unload(strategy: StrategyId): Promise<void>;
  /**
   * A number for one start of a strategy, above every earlier one of it and at least `atLeast`: part of order request
   * ids, so that none is ever used twice (I-07).
   */
  abstract claimRun(strategy: StrategyId, atLeast: bigint): Promise<bigint>;
  abstract record(entry: StrategyHistoryEntry): Promise<void>;
  /** Newest first. */
  abstract history(strategy: StrategyId, limit: number): Promise<readonly StrategyHistoryEntry[]>;
  abstract checkpoint(account: AccountId): Promise<HoldingsCheckpoint | undefined>;
  /** Replaces the account's checkpoint; one with a lower sequence than stored changes nothing. */
  abstract saveCheckpoint(checkpoint: HoldingsCheckpoint): Promise<void>;
}
