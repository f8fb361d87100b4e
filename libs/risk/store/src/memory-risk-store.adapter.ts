import type { StrategyId, TimeNs } from '@argosy/domain';
import {
  type DecisionRecord,
  RiskStore,
  type StoredTradingState,
  type StrategyLimits,
  type TradingChange,
} from '@argosy/risk-core';

/** The twin of the Postgres store for tests and simulation, under the same contract suite. */
export class MemoryRiskStore extends RiskStore {
  private epoch = 0;
  private state: StoredTradingState = { version: 1n, tradingEnabled: false, newSignalsEnabled: true };
  private readonly limits = new Map<StrategyId, StrategyLimits>();
  readonly decisions: DecisionRecord[] = [];

  override claimEpoch(_at: TimeNs): Promise<number> {
    this.epoch += 1;
    return Promise.resolve(this.epoch);
  }

  override tradingState(): Promise<StoredTradingState> {
    return Promise.resolve(this.state);
  }

  override configure(
    request: { readonly tradingEnabled?: boolean; readonly newSignalsEnabled?: boolean } & TradingChange,
  ): Promise<StoredTradingState> {
    if (this.state.kill !== undefined && request.tradingEnabled === true) return this.tradingState();
    return this.set({
      ...this.state,
      tradingEnabled: request.tradingEnabled ?? this.state.tradingEnabled,
      newSignalsEnabled: request.newSignalsEnabled ?? this.state.newSignalsEnabled,
    });
  }

  override kill({
    actor,
    reason,
    at,
    killId,
  }: TradingChange & { readonly killId: string }): Promise<StoredTradingState> {
    if (this.state.kill !== undefined) return this.tradingState();
    return this.set({ ...this.state, tradingEnabled: false, kill: { actor, reason, at, killId } });
  }

  override resume(_request: TradingChange): Promise<StoredTradingState> {
    if (this.state.kill === undefined) return this.tradingState();
    const { kill: _lifted, ...rest } = this.state;
    return this.set(rest);
  }

  override recordDecisions(decisions: readonly DecisionRecord[]): Promise<void> {
    this.decisions.push(...decisions);
    return Promise.resolve();
  }

  override strategyLimits(): Promise<ReadonlyMap<StrategyId, StrategyLimits>> {
    return Promise.resolve(new Map(this.limits));
  }

  override setStrategyLimits(strategy: StrategyId, limits: StrategyLimits): Promise<void> {
    this.limits.set(strategy, limits);
    return Promise.resolve();
  }

  private set(state: StoredTradingState): Promise<StoredTradingState> {
    this.state = { ...state, version: this.state.version + 1n };
    return Promise.resolve(this.state);
  }
}
