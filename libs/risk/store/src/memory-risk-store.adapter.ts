import { type AccountId, Fault, type StrategyId, type TimeNs } from '@argosy/domain';
import {
  type DecisionRecord,
  type LossMemory,
  type PositionOverride,
  RiskStore,
  type StoppedStrategyRecord,
  type StoredTradingState,
  type StrategyLimits,
  type TradingChange,
} from '@argosy/risk-core';

/** The twin of the Postgres store for tests and simulation, under the same contract suite. */
export class MemoryRiskStore extends RiskStore {
  private current = 0;
  private state: StoredTradingState = { version: 1n, tradingEnabled: false, newSignalsEnabled: true };
  private readonly limits = new Map<StrategyId, StrategyLimits>();
  private readonly losses = new Map<AccountId, LossMemory>();
  private readonly cuts = new Map<StrategyId | undefined, PositionOverride>();
  private readonly stopped = new Map<StrategyId, StoppedStrategyRecord>();
  readonly decisions: DecisionRecord[] = [];

  override epoch(): Promise<number> {
    return Promise.resolve(this.current);
  }

  override claimEpoch(epoch: number, _at: TimeNs): Promise<void> {
    if (epoch <= this.current) return Promise.reject(stale(epoch));
    this.current = epoch;
    return Promise.resolve();
  }

  override tradingState(): Promise<StoredTradingState> {
    return Promise.resolve(this.state);
  }

  override configure(
    request: { readonly tradingEnabled?: boolean; readonly newSignalsEnabled?: boolean } & TradingChange,
  ): Promise<StoredTradingState> {
    return this.guarded(request.epoch, () => {
      if (this.state.kill !== undefined && request.tradingEnabled === true) return this.state;
      return this.set({
        ...this.state,
        tradingEnabled: request.tradingEnabled ?? this.state.tradingEnabled,
        newSignalsEnabled: request.newSignalsEnabled ?? this.state.newSignalsEnabled,
      });
    });
  }

  override kill({
    actor,
    reason,
    at,
    killId,
  }: TradingChange & { readonly killId: string }): Promise<StoredTradingState> {
    if (this.state.kill !== undefined) return this.tradingState();
    return Promise.resolve(this.set({ ...this.state, tradingEnabled: false, kill: { actor, reason, at, killId } }));
  }

  override resume({ epoch }: TradingChange): Promise<StoredTradingState> {
    return this.guarded(epoch, () => {
      const { kill, ...rest } = this.state;
      return kill === undefined ? this.state : this.set(rest);
    });
  }

  override tripBreaker({ actor, reason, at, epoch }: TradingChange): Promise<StoredTradingState> {
    return this.guarded(epoch, () =>
      this.state.breaker === undefined ? this.set({ ...this.state, breaker: { actor, reason, at } }) : this.state,
    );
  }

  override resetBreaker({ epoch }: TradingChange): Promise<StoredTradingState> {
    return this.guarded(epoch, () => {
      const { breaker, ...rest } = this.state;
      return breaker === undefined ? this.state : this.set(rest);
    });
  }

  override recordDecisions(decisions: readonly DecisionRecord[], epoch: number): Promise<void> {
    return this.guarded(epoch, () => {
      this.decisions.push(...decisions);
    });
  }

  override strategyLimits(): Promise<ReadonlyMap<StrategyId, StrategyLimits>> {
    return Promise.resolve(new Map(this.limits));
  }

  override setStrategyLimits(strategy: StrategyId, limits: StrategyLimits, epoch: number): Promise<void> {
    return this.guarded(epoch, () => {
      this.limits.set(strategy, limits);
    });
  }

  override lossMemories(): Promise<ReadonlyMap<AccountId, LossMemory>> {
    return Promise.resolve(new Map(this.losses));
  }

  override saveLosses(account: AccountId, memory: LossMemory, epoch: number): Promise<void> {
    return this.guarded(epoch, () => {
      this.losses.set(account, memory);
    });
  }

  override beginLosses(account: AccountId, memory: LossMemory, { epoch }: TradingChange): Promise<void> {
    return this.saveLosses(account, memory, epoch);
  }

  override overrides(): Promise<readonly PositionOverride[]> {
    return Promise.resolve([...this.cuts.values()]);
  }

  override setOverride(override: PositionOverride, { epoch }: TradingChange): Promise<void> {
    return this.guarded(epoch, () => {
      this.cuts.set(override.strategyId, override);
    });
  }

  override clearOverride(strategy: StrategyId | undefined, epoch: number): Promise<void> {
    return this.guarded(epoch, () => {
      this.cuts.delete(strategy);
    });
  }

  override stoppedStrategies(): Promise<readonly StoppedStrategyRecord[]> {
    return Promise.resolve([...this.stopped.values()]);
  }

  override stopStrategy(record: StoppedStrategyRecord, epoch: number): Promise<void> {
    return this.guarded(epoch, () => {
      if (!this.stopped.has(record.strategyId)) this.stopped.set(record.strategyId, record);
    });
  }

  override reenableStrategy(strategy: StrategyId, { epoch }: TradingChange): Promise<void> {
    return this.guarded(epoch, () => {
      this.stopped.delete(strategy);
    });
  }

  private guarded<T>(epoch: number, change: () => T): Promise<T> {
    return epoch === this.current ? Promise.resolve(change()) : Promise.reject(stale(epoch));
  }

  private set(state: StoredTradingState): StoredTradingState {
    this.state = { ...state, version: this.state.version + 1n };
    return this.state;
  }
}

const stale = (epoch: number): Fault => new Fault('STALE_EPOCH', `risk: epoch ${String(epoch)} is no longer current`);
