import { MemoryRiskStore } from './memory-risk-store.adapter.js';
import { A_MOMENT } from '@argosy/testing';
import { aDecision, riskStoreContract } from './risk-store.contract.js';

describe('the risk store in memory', () => {
  riskStoreContract(() => Promise.resolve(new MemoryRiskStore()));

  it('shows the decisions it was given', async () => {
    const store = new MemoryRiskStore();
    await store.claimEpoch(1, A_MOMENT);
    await store.recordDecisions([aDecision()], 1);
    expect(store.decisions).toEqual([aDecision()]);
  });
});
