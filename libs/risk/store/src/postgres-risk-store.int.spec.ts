import { Database, Migrator, openPool } from '@argosy/platform-database';
import { SilentLogger } from '@argosy/platform-port';
import { parseAmount, strategyId } from '@argosy/domain';
import { A_MOMENT, ManualTime, type PostgresServer, SeededRandom, startPostgres } from '@argosy/testing';
import { riskSchema } from './migrations.js';
import { PostgresRiskStore } from './postgres-risk-store.adapter.js';
import { aDecision, riskStoreContract } from './risk-store.contract.js';

const LIMITS = { size: 4, connectTimeoutMs: 3_000, statementTimeoutMs: 5_000 };
const BY = { actor: 'ann', reason: 'morning', at: A_MOMENT, epoch: 1 };

describe('the risk store in Postgres', () => {
  let server: PostgresServer;
  let database: Database;

  beforeAll(async () => {
    server = await startPostgres();
    const admin = openPool({ url: server.url, user: 'postgres', applicationName: 'spec', ...LIMITS });
    const { timers } = new ManualTime();
    await new Migrator(admin, { logger: new SilentLogger(), timers, random: new SeededRandom(1) }).migrate([
      riskSchema,
    ]);
    await admin.end();
    const options = { url: server.url, user: 'risk', applicationName: 'spec', ...LIMITS };
    database = new Database(options, { logger: new SilentLogger() });
  }, 60_000);

  afterAll(async () => {
    await database.stop();
    await server.stop();
  });

  const rows = async (text: string) => (await database.query({ text })).rows;
  const empty = async (): Promise<PostgresRiskStore> => {
    for (const table of [
      ...['epoch', 'trading_changes', 'decisions', 'strategy_limits', 'loss_memory', 'position_overrides'],
      ...['stopped_strategies', 'control_changes'],
    ])
      await rows(`DELETE FROM risk.${table}`);
    await rows(`UPDATE risk.trading_state SET version = 1, trading_enabled = false, new_signals_enabled = true,
                kill_id = NULL, kill_actor = NULL, kill_reason = NULL, killed_ns = NULL,
                breaker_actor = NULL, breaker_reason = NULL, breaker_ns = NULL`);
    return new PostgresRiskStore(database);
  };

  const leading = async (): Promise<PostgresRiskStore> => {
    const store = await empty();
    await store.claimEpoch(1, A_MOMENT);
    return store;
  };

  riskStoreContract(empty);

  it('a claim waits for the writes under way, and those behind it are too late (I-04)', async () => {
    const store = await leading();
    const writes = Array.from({ length: 20 }, (_v, index) =>
      store.stopStrategy(
        { strategyId: strategyId(`s${String(index)}`), kind: 'flip_flop', reason: '', at: A_MOMENT },
        1,
      ),
    );
    const claim = store.claimEpoch(2, A_MOMENT);
    const outcomes = await Promise.allSettled(writes);
    await claim;
    const written = outcomes.filter(({ status }) => status === 'fulfilled').length;
    expect(await store.stoppedStrategies()).toHaveLength(written);
    await expect(store.tripBreaker(BY)).rejects.toMatchObject({ code: 'STALE_EPOCH' });
  });

  it('writes a row of history for what people do to overrides, runaways and losses', async () => {
    const store = await leading();
    const override = {
      strategyId: undefined,
      sizeFactor: parseAmount('0.1'),
      maxPositionPct: undefined,
      since: A_MOMENT,
    };
    await store.setOverride({ ...override, actor: 'ann', reason: 'morning' }, BY);
    await store.reenableStrategy(strategyId('maker-1'), { ...BY, actor: 'bob', reason: 'mended' });
    expect(await rows('SELECT change, scope, actor, reason, risk_epoch FROM risk.control_changes ORDER BY id')).toEqual(
      [
        { change: 'positions_overridden', scope: '', actor: 'ann', reason: 'morning', risk_epoch: 1 },
        { change: 'strategy_reenabled', scope: 'maker-1', actor: 'bob', reason: 'mended', risk_epoch: 1 },
      ],
    );
  });

  it('writes a row of history with every change and with nothing else', async () => {
    const store = await leading();
    await store.configure({ ...BY, tradingEnabled: true });
    await store.kill({ ...BY, reason: 'fire', killId: 'k1' });
    await store.kill({ ...BY, reason: 'again', killId: 'k2' });
    await store.configure({ ...BY, tradingEnabled: true });
    await store.resume({ ...BY, actor: 'bob', reason: 'fire is out' });
    expect(await rows('SELECT version, change, actor, reason FROM risk.trading_changes ORDER BY version')).toEqual([
      { version: '2', change: 'configured', actor: 'ann', reason: 'morning' },
      { version: '3', change: 'killed', actor: 'ann', reason: 'fire' },
      { version: '4', change: 'resumed', actor: 'bob', reason: 'fire is out' },
    ]);
  });

  it('stores decisions with their inputs, once each and in order (I-19)', async () => {
    const store = await leading();
    await store.recordDecisions([aDecision(), aDecision({ verdict: 'self_trade', check: 'selfTrade' })], 1);
    expect(await rows('SELECT verdict, failed_check, inputs FROM risk.decisions ORDER BY id')).toEqual([
      { verdict: 'approved', failed_check: '', inputs: { intent: { quantity: '0.5' } } },
      { verdict: 'self_trade', failed_check: 'selfTrade', inputs: { intent: { quantity: '0.5' } } },
    ]);
  });

  it('the database itself refuses a fleet that is killed and enabled', async () => {
    const store = await leading();
    await store.kill({ ...BY, killId: 'k1' });
    await expect(rows('UPDATE risk.trading_state SET trading_enabled = true')).rejects.toMatchObject({ code: '23514' });
  });

  it('says STORE_UNAVAILABLE when the server is gone, and still knows of the kill when it is back (I-12)', async () => {
    const store = await leading();
    await store.kill({ ...BY, killId: 'k1' });
    await server.kill();
    await expect(store.tradingState()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    await server.restart();
    expect((await store.tradingState()).kill?.killId).toBe('k1');
  }, 30_000);
});
