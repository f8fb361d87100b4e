import { Fault, parseAmount, parseQuantity } from '@argosy/domain';
import { settled } from '@argosy/testing';
import { RiskFixture } from './testing/risk-fixture.js';

const q = parseQuantity;
const DOWN = new Fault('STORE_UNAVAILABLE', 'the store is gone');
const BEGIN = { accountId: 'main', actor: 'ann', reason: 'looked into it' };
const RESUME = { actor: 'bob', reason: 'looked into it' };
const kinds = (risk: RiskFixture): readonly string[] => risk.alerts.map(({ kind, severity }) => `${kind} ${severity}`);
const HOUR = 3_600;
const DRAWDOWN_ONLY = {
  hourlyWarning: parseAmount('0.3'),
  hourlyKill: parseAmount('0.4'),
  dailyWarning: parseAmount('0.3'),
  dailyKill: parseAmount('0.4'),
  drawdownWarning: parseAmount('0.02'),
  drawdownReduceOnly: parseAmount('0.05'),
  drawdownSecondWarning: parseAmount('0.3'),
  drawdownKill: parseAmount('0.4'),
};
/** A reduction of the account's long position of one. */
const REDUCE = { side: 'sell', reduceOnly: true, quantity: q('0.5') } as const;
const holding = async (store?: RiskFixture['store']): Promise<RiskFixture> => {
  const risk = new RiskFixture({}, {}, store);
  risk.position = parseAmount('1');
  return risk.start();
};

describe('losses of an account (RK-2)', () => {
  it('a loss that kills shuts this service in the same tick, then execution and the strategies', async () => {
    const risk = await holding();
    await risk.observe('99500', 60);
    expect(risk.verdict('r1')).toBe('kill_switch_active');
    expect(kinds(risk)).toEqual(['hourly_loss_warning warning', 'hourly_loss_kill kill']);
    await risk.time.advanceAsync(100);
    expect(risk.told).toEqual(['kill by risk', 'stop all cancelling by force']);
    expect((await risk.store.tradingState()).kill).toMatchObject({ actor: 'risk' });
  });

  it('says a kill again until execution and the host have answered', async () => {
    const risk = await holding();
    risk.answering = false;
    await risk.observe('99000', 60);
    await risk.time.advanceAsync(10_000);
    expect(risk.told).toEqual([]);
    risk.answering = true;
    await risk.time.advanceAsync(4_000);
    expect([...risk.told].sort()).toEqual(['kill by risk', 'stop all cancelling by force']);
  });

  it('is not resumed into the same kill: a person begins the marks anew first, with a name and a reason (I-21)', async () => {
    const risk = await holding();
    await risk.observe('99500', 60);
    await settled();
    expect(await risk.control.resume(RESUME)).toMatchObject({ refusal: { code: 'loss_limit_breached' } });
    for (const bad of [
      { ...BEGIN, actor: 'risk' },
      { ...BEGIN, actor: ' ' },
      { ...BEGIN, reason: '' },
    ])
      expect(await risk.service.beginLosses(bad)).toMatchObject({ refusal: { code: 'invalid_request' } });
    for (const nobody of ['other', 'no such.name', ''])
      expect(await risk.service.beginLosses({ ...BEGIN, accountId: nobody })).toMatchObject({
        refusal: { code: 'account_unknown' },
      });
    expect(await risk.service.beginLosses(BEGIN)).toEqual({ ok: true, value: {} });
    expect(await risk.control.resume(RESUME)).toMatchObject({ ok: true });
    await risk.observe('99400', 120);
    expect(risk.control.isKilled).toBe(false);
  });

  it('a drawdown of 5 % leaves reductions, pages, and stays until a person begins anew, through a restart', async () => {
    const risk = new RiskFixture({}, { loss: DRAWDOWN_ONLY });
    risk.position = parseAmount('1');
    await risk.start();
    await risk.observe('95000', 2 * HOUR);
    expect(kinds(risk)).toContain('drawdown_reduce_only page');
    expect(risk.verdict('r1')).toBe('reduce_only_mode');
    expect(risk.verdict('r2', REDUCE)).toBe('approved');
    // Equity comes back, nobody has looked: it stays cut.
    await risk.observe('100000', 3 * HOUR);
    expect(risk.verdict('r3')).toBe('reduce_only_mode');
    const again = new RiskFixture({}, { loss: DRAWDOWN_ONLY }, risk.store);
    again.position = parseAmount('1');
    await again.start();
    expect(again.verdict('r1')).toBe('reduce_only_mode');
    expect(again.service.summary().accounts[0]).toMatchObject({ mode: 'reduce_only', accountKind: 'live' });
    expect(await again.service.beginLosses(BEGIN)).toMatchObject({ ok: true });
    expect(again.verdict('r2')).toBe('approved');
  });

  it("a restart keeps the day's AUM, the hour and the peak: what was lost before it still counts", async () => {
    const risk = await holding();
    await risk.observe('99800', 60);
    await settled();
    const again = await holding(risk.store);
    await again.observe('99500', 120);
    expect(again.verdict('r1')).toBe('kill_switch_active');
    expect(again.service.summary().accounts[0]).toMatchObject({ aumUsd: '100000', hourlyChange: '-0.005' });
  });

  it('money taken out is no loss, and money paid in hides none', async () => {
    const risk = await holding();
    await risk.observe('40000', 60, '-60000');
    expect(risk.verdict('r1', { quantity: q('0.01') })).toBe('approved');
    await risk.observe('139800', 120, '40000');
    expect(kinds(risk)).toEqual([]);
    await risk.observe('139500', 180, '40000');
    expect(risk.control.isKilled).toBe(true);
  });

  it('a deposit of 10,000 during a loss of 5 % does not lift it, also where a word without transfers comes between', async () => {
    const risk = new RiskFixture({}, { loss: DRAWDOWN_ONLY });
    risk.position = parseAmount('1');
    await risk.start();
    await risk.observe('95000', 60);
    expect(risk.verdict('r1')).toBe('reduce_only_mode');
    await risk.observe('105000', 120, '10000');
    expect(risk.verdict('r2')).toBe('reduce_only_mode');
    // As a venue that could not be asked, or an execution of an older release, tells it.
    await risk.observe('105000', 180, 'unstated');
    await risk.observe('165000', 240, '70000');
    expect([risk.verdict('r3'), risk.verdict('r4', REDUCE)]).toEqual(['reduce_only_mode', 'approved']);
    expect(risk.service.summary().accounts[0]).toMatchObject({ mode: 'reduce_only' });
    expect(kinds(risk)).toEqual(['drawdown_warning warning', 'drawdown_reduce_only page']);
  });

  it('an equity that nobody knows any more lets nothing new in: no data is no new risk', async () => {
    const risk = await holding();
    for (let second = 0; second < 61; second += 1) await risk.time.advanceAsync(1_000);
    risk.seeMarket();
    await risk.time.advanceAsync(300);
    expect(risk.verdict('r1')).toBe('reduce_only_mode');
    expect(risk.verdict('r2', REDUCE)).toBe('approved');
    expect(risk.service.summary().accounts[0]).toMatchObject({ equityUsd: '', dailyChange: '', mode: 'reduce_only' });
  });

  it('a loss on paper closes the paper account and nothing else', async () => {
    const risk = new RiskFixture({ accounts: new Map([['main' as never, { venue: 'hyperliquid', kind: 'paper' }]]) });
    await risk.start();
    await risk.observe('99500', 60);
    expect(risk.verdict('r1')).toBe('trading_mode_closed');
    expect(risk.control.isKilled).toBe(false);
    expect(risk.told).toEqual([]);
  });

  it('warns once for as long as a limit is passed, and again when it is passed again', async () => {
    const risk = await holding();
    for (const [equity, seconds] of [
      ['99690', 60],
      ['99680', 90],
      ['99950', 120],
      ['99690', 150],
    ] as const)
      await risk.observe(equity, seconds);
    expect(kinds(risk)).toEqual(['hourly_loss_warning warning', 'hourly_loss_warning warning']);
  });

  it('keeps its marks while the store is away and stores them when it is back', async () => {
    const risk = await holding();
    risk.store.fault = DOWN;
    await risk.observe('99800', 60);
    risk.store.fault = undefined;
    await risk.observe('99800', 65);
    await settled();
    expect([...(await risk.store.lossMemories()).values()][0]?.marks.last.equity).toBe(parseAmount('99800'));
  });

  it('shows the value at risk at 95 % once there are enough returns (RK-8)', async () => {
    const risk = await holding();
    for (let minute = 1; minute <= 20; minute += 1)
      await risk.observe(minute % 10 === 5 ? '99950' : '100000', minute * 60);
    expect(risk.service.summary()).toMatchObject({ valueAtRiskUsd: '50' });
  });
});
