import type { DecisionRecord } from '@argosy/risk-core';
import { MemoryRiskStore } from '@argosy/risk-store';

/** Risk's twin, with somebody who reads every decision as it is written down. */
export class WatchedRiskStore extends MemoryRiskStore {
  constructor(private readonly decided: (decisions: readonly DecisionRecord[]) => void) {
    super();
  }

  override async recordDecisions(...given: Parameters<MemoryRiskStore['recordDecisions']>): Promise<void> {
    await super.recordDecisions(...given);
    this.decided(given[0]);
  }
}
