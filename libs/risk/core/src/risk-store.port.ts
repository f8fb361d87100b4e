import type { OrderRequestId, TimeNs } from '@argosy/domain';
import type { StrategyId } from '@argosy/domain';
import type { StrategyLimits } from './limits.js';

/** The durable word on whether the fleet may trade. */
export interface StoredTradingState {
  readonly version: bigint;
  readonly tradingEnabled: boolean;
  readonly newSignalsEnabled: boolean;
  readonly kill?: { readonly reason: string; readonly actor: string; readonly at: TimeNs; readonly killId: string };
}

export interface TradingChange {
  readonly actor: string;
  readonly reason: string;
  readonly at: TimeNs;
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

/** Faults of every method: STORE_UNAVAILABLE; then the trading state is unknown and nothing new passes. */
export abstract class RiskStore {
  /** Risk's own epoch: only grows. */
  abstract claimEpoch(at: TimeNs): Promise<number>;
  abstract tradingState(): Promise<StoredTradingState>;
  /** Refuses nothing: the rules are the service's. Returns the new state with its higher version. */
  abstract configure(
    change: { readonly tradingEnabled?: boolean; readonly newSignalsEnabled?: boolean } & TradingChange,
  ): Promise<StoredTradingState>;
  /** Latches; idempotent, the first kill stays. Trading is disabled in the same step. */
  abstract kill(change: TradingChange & { readonly killId: string }): Promise<StoredTradingState>;
  abstract resume(change: TradingChange): Promise<StoredTradingState>;
  abstract recordDecisions(decisions: readonly DecisionRecord[]): Promise<void>;
  abstract strategyLimits(): Promise<ReadonlyMap<StrategyId, StrategyLimits>>;
  abstract setStrategyLimits(strategy: StrategyId, limits: StrategyLimits): Promise<void>;
}
