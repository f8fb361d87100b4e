import type { DecisionRecord } from '@argosy/risk-core';
import { MemoryRiskStore } from '@argosy/risk-store';

export interface RiskWatcher {
  decided(decisions: readonly DecisionRecord[]): void;
  riskClaimed(): void;
  strategyStopped(strategy: string): void;
  strategyReenabled(strategy: string, actor: string): void;
}

/** Risk's twin, with somebody who reads every decision as it is written down, and who stopped whom and let go of it. */
export class WatchedRiskStore extends MemoryRiskStore {
  constructor(private readonly watcher: RiskWatcher) {
    super();
  }

  override async recordDecisions(...given: Parameters<MemoryRiskStore['recordDecisions']>): Promise<void> {
    await super.recordDecisions(...given);
    this.watcher.decided(given[0]);
  }

  override async claimEpoch(...given: Parameters<MemoryRiskStore['claimEpoch']>): Promise<void> {
    await super.claimEpoch(...given);
    this.watcher.riskClaimed();
  }

  override async stopStrategy(...given: Parameters<MemoryRiskStore['stopStrategy']>): Promise<void> {
    await super.stopStrategy(...given);
    this.watcher.strategyStopped(given[0].strategyId);
  }

  override async reenableStrategy(...given: Parameters<MemoryRiskStore['reenableStrategy']>): Promise<void> {
    await super.reenableStrategy(...given);
    this.watcher.strategyReenabled(given[0], given[1].actor);
  }
}
