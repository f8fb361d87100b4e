import { accountId, type Amount, orderRequestId, parseAmount, strategyId, type TimeNs } from '@argosy/domain';
import {
  beginMarks,
  type DecisionRecord,
  type EquityPoint,
  type LossMemory,
  observeEquity,
  type PositionOverride,
  type RiskStore,
  type StoppedStrategyRecord,
} from '@argosy/risk-core';
import { A_MOMENT } from '@argosy/testing';

const EPOCH = 3;
const BY = { actor: 'ann', reason: 'morning', at: A_MOMENT, epoch: EPOCH };
const OLD = { ...BY, epoch: EPOCH - 1 };
const MAIN = accountId('main');
const MAKER = strategyId('maker-1');
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

const pointAt = (second: number, equity: string): EquityPoint => ({
  at: (A_MOMENT + BigInt(second) * 1_000_000_000n) as TimeNs,
  equity: parseAmount(equity),
  net: (parseAmount(equity) - 1n) as Amount,
});
const SETTINGS = { sampleIntervalMs: 10_000, samplesMax: 50 };
const memoryOf = (points: readonly EquityPoint[], stop?: LossMemory['stop']): LossMemory => {
  const [first, ...rest] = points;
  if (first === undefined) throw new Error('no point');
  return { marks: rest.reduce((marks, point) => observeEquity(marks, point, SETTINGS), beginMarks(first)), stop };
};
const anOverride = (changes: Partial<PositionOverride> = {}): PositionOverride => ({
  strategyId: undefined,
  sizeFactor: parseAmount('0.1'),
  maxPositionPct: parseAmount('0.005'),
  actor: 'ann',
  reason: 'slippage',
  since: A_MOMENT,
  ...changes,
});
const RUNAWAY: StoppedStrategyRecord = { strategyId: MAKER, kind: 'order_flood', reason: 'too many', at: A_MOMENT };

/** What every risk store promises. `make` gives an empty one each time. */
export function riskStoreContract(make: () => Promise<RiskStore>): void {
  let store: RiskStore;
  beforeEach(async () => {
    store = await make();
    await store.claimEpoch(EPOCH, A_MOMENT);
  });

  it('belongs to the highest epoch that claimed it: neither the same nor a lower one has it again (I-03)', async () => {
    await store.claimEpoch(EPOCH + 2, A_MOMENT);
    expect(await store.epoch()).toBe(EPOCH + 2);
    for (const late of [EPOCH + 2, EPOCH]) {
      await expect(store.claimEpoch(late, A_MOMENT)).rejects.toMatchObject({ code: 'STALE_EPOCH' });
    }
    expect(await store.epoch()).toBe(EPOCH + 2);
  });

  const guarded: ReadonlyArray<readonly [string, () => Promise<unknown>]> = [
    ['configure', () => store.configure({ ...OLD, tradingEnabled: true })],
    ['resume', () => store.resume(OLD)],
    ['tripBreaker', () => store.tripBreaker(OLD)],
    ['resetBreaker', () => store.resetBreaker(OLD)],
    ['recordDecisions', () => store.recordDecisions([aDecision()], OLD.epoch)],
    [
      'setStrategyLimits',
      () => store.setStrategyLimits(MAKER, { maxPositionUsd: 1n as Amount, maxOrderSizeUsd: 1n as Amount }, OLD.epoch),
    ],
    ['saveLosses', () => store.saveLosses(MAIN, memoryOf([pointAt(0, '1')]), OLD.epoch)],
    ['beginLosses', () => store.beginLosses(MAIN, memoryOf([pointAt(0, '1')]), OLD)],
    ['setOverride', () => store.setOverride(anOverride(), OLD)],
    ['clearOverride', () => store.clearOverride(undefined, OLD.epoch)],
    ['stopStrategy', () => store.stopStrategy(RUNAWAY, OLD.epoch)],
    ['reenableStrategy', () => store.reenableStrategy(MAKER, OLD)],
  ];
  it.each(guarded)('%s of an epoch that has passed changes nothing and says so (I-04)', async (_name, write) => {
    const before = [await store.tradingState(), await store.lossMemories(), await store.overrides()];
    await expect(write()).rejects.toMatchObject({ code: 'STALE_EPOCH' });
    expect([await store.tradingState(), await store.lossMemories(), await store.overrides()]).toEqual(before);
    expect([await store.stoppedStrategies(), await store.strategyLimits()]).toEqual([[], new Map()]);
  });

  it('a kill is never too late, not even of an epoch that has passed (I-12)', async () => {
    expect((await store.kill({ ...KILL, epoch: OLD.epoch })).kill?.killId).toBe('k1');
  });

  it('trips the circuit breaker once, through a kill and its resume, until it is reset (RK-4)', async () => {
    const tripped = await store.tripBreaker({ ...BY, reason: 'prices look odd' });
    expect(tripped).toMatchObject({ version: 2n, breaker: { actor: 'ann', reason: 'prices look odd', at: A_MOMENT } });
    expect(await store.tripBreaker({ ...BY, actor: 'bob' })).toEqual(tripped);
    await store.kill(KILL);
    expect((await store.resume(BY)).breaker).toEqual(tripped.breaker);
    const { breaker: _gone, ...rest } = tripped;
    expect(await store.resetBreaker(BY)).toEqual({ ...rest, version: 5n });
    expect(await store.resetBreaker(BY)).toEqual({ ...rest, version: 5n });
  });

  it("keeps an account's losses exactly, with what they led to, whatever part of them changed (RK-2)", async () => {
    const few = memoryOf([pointAt(-90_000, '1000.000000000001'), pointAt(0, '-5'), pointAt(20, '10')]);
    await store.saveLosses(MAIN, few, EPOCH);
    expect((await store.lossMemories()).get(MAIN)).toEqual(few);
    // The same half minute and sample: only the newest point differs.
    const again = { ...few, marks: observeEquity(few.marks, pointAt(21, '9'), SETTINGS) };
    await store.saveLosses(MAIN, again, EPOCH);
    expect((await store.lossMemories()).get(MAIN)).toEqual(again);
    const stop = { mode: 'reduce_only', kind: 'drawdown_reduce_only', reason: '5.1 %', at: A_MOMENT } as const;
    await store.saveLosses(accountId('other'), memoryOf([pointAt(0, '7')], stop), EPOCH);
    expect((await store.lossMemories()).get(accountId('other'))?.stop).toEqual(stop);
    const anew = memoryOf([pointAt(30, '9')]);
    await store.beginLosses(MAIN, anew, BY);
    expect((await store.lossMemories()).get(MAIN)).toEqual(anew);
  });

  it('keeps one override a scope, the newest, with its way back (RK-6)', async () => {
    const own = anOverride({ strategyId: MAKER, maxPositionPct: undefined });
    const restoring = anOverride({ restore: { startedAt: A_MOMENT, steps: 4, stepIntervalNs: 60_000_000_000n } });
    await store.setOverride(anOverride(), BY);
    await store.setOverride(own, BY);
    await store.setOverride(restoring, BY);
    const byScope = async () => new Map((await store.overrides()).map((one) => [one.strategyId, one]));
    expect(await byScope()).toEqual(
      new Map([
        [undefined, restoring],
        [MAKER, own],
      ]),
    );
    await store.clearOverride(undefined, EPOCH);
    expect(await byScope()).toEqual(new Map([[MAKER, own]]));
  });

  it('keeps a runaway stopped, by its first stop, until a person re-enables it (I-21)', async () => {
    await store.stopStrategy(RUNAWAY, EPOCH);
    await store.stopStrategy({ ...RUNAWAY, kind: 'flip_flop' }, EPOCH);
    expect(await store.stoppedStrategies()).toEqual([RUNAWAY]);
    await store.reenableStrategy(MAKER, BY);
    expect(await store.stoppedStrategies()).toEqual([]);
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
    const limits = { maxPositionUsd: parseAmount('1000.000000000001'), maxOrderSizeUsd: parseAmount('0.000000000001') };
    await store.setStrategyLimits(MAKER, { ...limits, maxPositionUsd: parseAmount('5') }, EPOCH);
    await store.setStrategyLimits(MAKER, limits, EPOCH);
    expect(await store.strategyLimits()).toEqual(new Map([[MAKER, limits]]));
  });

  it('takes decisions by the batch, an empty one too', async () => {
    await store.recordDecisions([], EPOCH);
    await store.recordDecisions([aDecision(), aDecision({ verdict: 'self_trade', check: 'selfTrade' })], EPOCH);
  });
}
