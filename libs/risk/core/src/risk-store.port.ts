import type { AccountId, OrderRequestId, StrategyId, TimeNs } from '@argosy/domain';
import type { StrategyLimits } from './limits.js';
import type { EquityMarks } from './loss/equity-marks.js';
import type { PositionOverride } from './override/position-override.js';
import type { RunawayKind } from './runaway/runaway-detector.js';

/** The durable word on whether the fleet may trade. */
export interface StoredTradingState {
  readonly version: bigint;
  readonly tradingEnabled: boolean;
  readonly newSignalsEnabled: boolean;
  readonly kill?: { readonly reason: string; readonly actor: string; readonly at: TimeNs; readonly killId: string };
  /** Present while the circuit breaker is tripped (RK-4). */
  readonly breaker?: { readonly reason: string; readonly actor: string; readonly at: TimeNs };
}

export interface TradingChange {
  readonly actor: string;
  readonly reason: string;
  readonly at: TimeNs;
  /** Of the risk that writes: one that is no longer current changes nothing (I-04). */
  readonly epoch: number;
}

/** One decision with what it was made on (I-19), ready to be stored. */
export interface DecisionRecord {
  readonly orderRequestId: OrderRequestId;
  readonly strategyId: StrategyId;
  readonly decidedAt: TimeNs;
  readonly riskEpoch: number;
  /** `approved` or the code of the refusal. */
  readonly verdict: string;
  /** The check that refused; empty when approved. */
  readonly check: string;
  /** The request and everything the checks looked at, as canonical JSON text. */
  readonly inputs: string;
  readonly traceparent: string;
}

/** What an account's losses have led to: held until a person begins its marks anew (I-21). */
export interface LossStop {
  /** `reduce_only` for a page; `cancel_only` for a kill of an account that is not live. */
  readonly mode: 'reduce_only' | 'cancel_only';
  readonly kind: string;
  readonly reason: string;
  readonly at: TimeNs;
}

/** What survives a restart of an account's losses (RK-2). */
export interface LossMemory {
  readonly marks: EquityMarks;
  readonly stop: LossStop | undefined;
}

/** A strategy that risk stopped and nobody has re-enabled (I-21). */
export interface StoppedStrategyRecord {
  readonly strategyId: StrategyId;
  readonly kind: RunawayKind;
  readonly reason: string;
  readonly at: TimeNs;
}

/**
 * Faults of every method: STORE_UNAVAILABLE; then the trading state is unknown and nothing new passes. Of every change but a
 * kill also STALE_EPOCH: a newer risk leads, and nothing was written. A kill is never too late.
 */
export abstract class RiskStore {
  /** The highest epoch that ever claimed the store; 0 before the first. */
  abstract epoch(): Promise<number>;
  /** From now on nothing of an earlier epoch is written. STALE_EPOCH when it has had this one or a later one. */
  abstract claimEpoch(epoch: number, at: TimeNs): Promise<void>;
  abstract tradingState(): Promise<StoredTradingState>;
  /** Refuses nothing: the rules are the service's. Returns the new state with its higher version. */
  abstract configure(
    change: { readonly tradingEnabled?: boolean; readonly newSignalsEnabled?: boolean } & TradingChange,
  ): Promise<StoredTradingState>;
  /** Latches; idempotent, the first kill stays. Trading is disabled in the same step. Whatever the epoch. */
  abstract kill(change: TradingChange & { readonly killId: string }): Promise<StoredTradingState>;
  abstract resume(change: TradingChange): Promise<StoredTradingState>;
  /** Idempotent: the first trip stays. */
  abstract tripBreaker(change: TradingChange): Promise<StoredTradingState>;
  abstract resetBreaker(change: TradingChange): Promise<StoredTradingState>;
  /** @param epoch of the risk that writes, which may be later than that of the decisions. */
  abstract recordDecisions(decisions: readonly DecisionRecord[], epoch: number): Promise<void>;
  abstract strategyLimits(): Promise<ReadonlyMap<StrategyId, StrategyLimits>>;
  abstract setStrategyLimits(strategy: StrategyId, limits: StrategyLimits, epoch: number): Promise<void>;
  abstract lossMemories(): Promise<ReadonlyMap<AccountId, LossMemory>>;
  abstract saveLosses(account: AccountId, memory: LossMemory, epoch: number): Promise<void>;
  /** A person's word about an account's losses, kept beside the marks it led to. */
  abstract beginLosses(account: AccountId, memory: LossMemory, change: TradingChange): Promise<void>;
  /** Fleet-wide and per strategy, those that a restore has ended too. */
  abstract overrides(): Promise<readonly PositionOverride[]>;
  /** Replaces the one of the same scope. */
  abstract setOverride(override: PositionOverride, change: TradingChange): Promise<void>;
  abstract clearOverride(strategy: StrategyId | undefined, epoch: number): Promise<void>;
  abstract stoppedStrategies(): Promise<readonly StoppedStrategyRecord[]>;
  /** Idempotent: the first stop stays. */
  abstract stopStrategy(record: StoppedStrategyRecord, epoch: number): Promise<void>;
  abstract reenableStrategy(strategy: StrategyId, change: TradingChange): Promise<void>;
}
