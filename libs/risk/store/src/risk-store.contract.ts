import { orderRequestId, parseAmount, strategyId } from '@argosy/domain';
import type { DecisionRecord, RiskStore } from '@argosy/risk-core';
import { A_MOMENT } from '@argosy/testing';

const BY = { actor: 'ann', reason: 'morning', at: A_MOMENT };
const KILL = { ...BY, reason: 'fire', killId: 'k1' };

export const aDecision = (changes: Partial<DecisionRecord> = {}): DecisionRecord => ({
  orderRequestId: orderRequestId('request-1'),
  strategyId: strategyId('maker-1'),
  decidedAt: A_MOMENT,
  riskEpoch: 1,
  verdict: 'approved',
  check: '',
  inputs: '{"intent":{"quantity":"0.5"}}',
  traceparent: '',
  ...changes,
});

/** What every risk store promises. `make` gives an empty one each time. */
export function riskStoreContract(make: () => Promise<RiskStore>): void {
  let store: RiskStore;
  beforeEach(async () => {
    store = await make();
  });

  it('gives each claim a higher epoch (I-03)', async () => {
    const first = await store.claimEpoch(A_MOMENT);
    expect(await store.claimEpoch(A_MOMENT)).toBe(first + 1);
  });

  it('begins with trading disabled and no kill: a fleet that was never told anything does not trade (FL-2)', async () => {
    expect(await store.tradingState()).toEqual({ version: 1n, tradingEnabled: false, newSignalsEnabled: true });
  });

  it('raises the version with every change, changes only what it is asked to, and stays changed', async () => {
    expect(await store.configure({ ...BY, tradingEnabled: true })).toEqual({
      version: 2n,
      tradingEnabled: true,
      newSignalsEnabled: true,
    });
    const drained = { version: 3n, tradingEnabled: true, newSignalsEnabled: false };
    expect(await store.configure({ ...BY, newSignalsEnabled: false })).toEqual(drained);
    expect(await store.tradingState()).toEqual(drained);
  });

  it('latches a kill and disables trading in one step; a second kill finds the first (I-12)', async () => {
    await store.configure({ ...BY, tradingEnabled: true });
    const killed = await store.kill(KILL);
    expect(killed).toMatchObject({ version: 3n, tradingEnabled: false });
    expect(killed.kill).toEqual({ killId: 'k1', actor: 'ann', reason: 'fire', at: A_MOMENT });
    expect(await store.kill({ ...KILL, killId: 'k2', actor: 'bob' })).toEqual(killed);
    expect(await store.tradingState()).toEqual(killed);
  });

  it('cannot be enabled while killed, only otherwise configured', async () => {
    const killed = await store.kill(KILL);
    expect(await store.configure({ ...BY, tradingEnabled: true })).toEqual(killed);
    expect(await store.configure({ ...BY, newSignalsEnabled: false })).toMatchObject({
      version: killed.version + 1n,
      tradingEnabled: false,
      newSignalsEnabled: false,
      kill: { killId: 'k1' },
    });
  });

  it('a resume lifts the kill and enables nothing; without a kill it changes nothing', async () => {
    const before = await store.tradingState();
    expect(await store.resume(BY)).toEqual(before);
    await store.kill(KILL);
    const resumed = await store.resume(BY);
    expect(resumed).toEqual({ version: 3n, tradingEnabled: false, newSignalsEnabled: true });
  });

  it('two kills and a resume at once leave one of the states that some order of them leaves', async () => {
    await Promise.all([store.kill(KILL), store.resume(BY), store.kill({ ...KILL, killId: 'k2' })]);
    const { version, kill, tradingEnabled } = await store.tradingState();
    expect(tradingEnabled).toBe(false);
    expect([
      [2n, true],
      [3n, false],
      [4n, true],
    ]).toContainEqual([version, kill !== undefined]);
  });

  it("keeps a strategy's limits exactly, the newest only", async () => {
    const maker = strategyId('maker-1');
    const limits = { maxPositionUsd: parseAmount('1000.000000000001'), maxOrderSizeUsd: parseAmount('0.000000000001') };
    await store.setStrategyLimits(maker, { ...limits, maxPositionUsd: parseAmount('5') });
    await store.setStrategyLimits(maker, limits);
    expect(await store.strategyLimits()).toEqual(new Map([[maker, limits]]));
  });

  it('takes decisions by the batch, an empty one too', async () => {
    await store.recordDecisions([]);
    await store.recordDecisions([aDecision(), aDecision({ verdict: 'self_trade', check: 'selfTrade' })]);
  });
}
