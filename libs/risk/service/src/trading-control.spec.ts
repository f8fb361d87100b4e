import { type TradingState, tradingStateCodec, subjects } from '@argosy/contracts';
import { Fault, type ModeCause, modeCause } from '@argosy/domain';
import { settled } from '@argosy/testing';
import { RiskFixture } from './testing/risk-fixture.js';

const KILL = { actor: 'ann', reason: 'fire', killId: 'k1' };
const RESUME = { actor: 'bob', reason: 'fire is out' } as never;
const ENABLE = { actor: 'ann', reason: 'go', tradingEnabled: true } as never;
const DOWN = new Fault('STORE_UNAVAILABLE', 'the store is gone');

const listen = (risk: RiskFixture): TradingState[] => {
  const heard: TradingState[] = [];
  risk.world.subscribe(
    subjects.tradingState,
    tradingStateCodec,
    { queueLimit: 100 },
    (state) => void heard.push(state),
  );
  return heard;
};

describe('the trading state', () => {
  it('is told each second and with each change, and closes when the store falls silent (I-13)', async () => {
    const risk = await new RiskFixture().start();
    const heard = listen(risk);
    await risk.time.advanceAsync(2_000);
    expect(heard).toHaveLength(2);
    risk.store.fault = DOWN;
    await risk.time.advanceAsync(3_001);
    expect(risk.verdict('r1')).toBe('halt_state_unknown');
    const told = heard.length;
    await risk.time.advanceAsync(5_000);
    expect(heard).toHaveLength(told);
    risk.store.fault = undefined;
    await risk.time.advanceAsync(1_000);
    expect(risk.verdict('r2')).toBe('approved');
  });

  it('tells a mode that others cause when it changes, not with the next second (I-60)', async () => {
    const risk = await new RiskFixture().start();
    const causes: (ModeCause | undefined)[] = [];
    risk.control.listenTo({ fleet: () => causes, account: () => [], accounts: [], resumeRefusal: () => undefined });
    await risk.time.advanceAsync(1_001);
    const heard = listen(risk);
    causes.push(modeCause('market_data', 'degraded'));
    await risk.time.advanceAsync(100);
    causes.pop();
    await risk.time.advanceAsync(100);
    await risk.time.advanceAsync(500);
    expect(heard.map(({ mode }) => mode.mode)).toEqual(['reduce_only', 'full']);
  });

  it('a kill holds in memory while the store is away, is told, and is stored when it is back (I-12)', async () => {
    const risk = await new RiskFixture().start();
    const heard = listen(risk);
    risk.store.fault = DOWN;
    expect(await risk.control.kill(KILL)).toMatchObject({ ok: false, refusal: { code: 'service_degraded' } });
    expect(risk.verdict('r1')).toBe('kill_switch_active');
    await settled();
    expect(heard.at(-1)?.kill?.actor).toBe('ann');
    await risk.time.advanceAsync(10_000);
    expect(heard.at(-1)?.kill?.actor).toBe('ann');
    risk.store.fault = undefined;
    await risk.time.advanceAsync(1_000);
    expect((await risk.store.tradingState()).kill?.killId).toBe('k1');
    expect(risk.verdict('r2')).toBe('kill_switch_active');
  });

  it('a change that was under way when the kill came does not lift it', async () => {
    const risk = await new RiskFixture().start();
    let answer = (): void => undefined;
    risk.store.hold = new Promise((resolve) => (answer = resolve));
    const enabling = risk.control.configure(ENABLE);
    const killing = risk.control.kill(KILL);
    expect(risk.verdict('r1')).toBe('kill_switch_active');
    risk.store.hold = undefined;
    answer();
    await Promise.all([enabling, killing]);
    expect(risk.verdict('r2')).toBe('kill_switch_active');
    expect((await risk.store.tradingState()).kill?.killId).toBe('k1');
  });

  it('a kill wins over a resume under way (F-29)', async () => {
    const risk = await new RiskFixture().start();
    await risk.control.kill(KILL);
    const resuming = risk.control.resume(RESUME);
    const killing = risk.control.kill({ ...KILL, killId: 'k2' });
    await Promise.all([resuming, killing]);
    expect((await risk.store.tradingState()).kill?.killId).toBe('k2');
    expect(risk.verdict('r1')).toBe('kill_switch_active');
  });

  it('cannot be enabled while killed; a resume enables nothing by itself', async () => {
    const risk = await new RiskFixture().start();
    await risk.control.kill(KILL);
    expect(await risk.control.configure(ENABLE)).toMatchObject({ ok: false, refusal: { code: 'kill_switch_active' } });
    expect(await risk.control.resume({ actor: 'bob', reason: ' ' })).toMatchObject({ ok: false });
    expect(await risk.control.resume(RESUME)).toMatchObject({ ok: true });
    expect(risk.verdict('r1')).toBe('trading_disabled');
    expect(await risk.control.configure(ENABLE)).toMatchObject({ ok: true, value: { tradingEnabled: true } });
    expect(risk.verdict('r2')).toBe('approved');
  });

  it('a kill that the store knows and we do not refuses to be enabled over', async () => {
    const risk = await new RiskFixture().start();
    await risk.store.kill({ ...KILL, at: 1n as never, epoch: 1 });
    expect(await risk.control.configure(ENABLE)).toMatchObject({ ok: false, refusal: { code: 'kill_switch_active' } });
  });

  it('a slow answer is as old as its question', async () => {
    const risk = await new RiskFixture().start();
    let answer = (): void => undefined;
    risk.store.hold = new Promise((resolve) => (answer = resolve));
    await risk.time.advanceAsync(4_500);
    answer();
    await settled();
    expect(risk.control.view().known).toBe(false);
  });
});
