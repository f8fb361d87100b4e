import { MemoryRiskStore } from './memory-risk-store.adapter.js';
import { aDecision, riskStoreContract } from './risk-store.contract.js';

describe('the risk store in memory', () => {
  riskStoreContract(() => Promise.resolve(new MemoryRiskStore()));

  it('shows the decisions it was given', async () => {
    const store = new MemoryRiskStore();
    await store.recordDecisions([aDecision()]);
    expect(store.decisions).toEqual([aDecision()]);
  });
});
