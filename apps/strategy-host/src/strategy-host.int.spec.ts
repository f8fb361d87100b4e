import {
  accountEventsPageCodec,
  accountEventsRequestCodec,
  bookCodec,
  emptyCodec,
  exposurePageCodec,
  exposureRequestCodec,
  instrumentsPageCodec,
  instrumentsRequestCodec,
  loadStrategyCodec,
  orderAcceptedCodec,
  ordersPageCodec,
  ordersRequestCodec,
  type OrderSubmission,
  patterns,
  serviceStatusCodec,
  serviceStatusRequestCodec,
  startStrategyCodec,
  stopStrategyCodec,
  strategyLimitsCodec,
  strategyRequestCodec,
  type StrategyView,
  strategyViewCodec,
  submitOrderCodec,
  tradingStateCodec,
  subjects,
} from '@argosy/contracts';
import {
  accountId,
  type Codec,
  Fault,
  FULL_MODE,
  instrumentId,
  type InstrumentId,
  ok,
  type Refusal,
  type Result,
} from '@argosy/domain';
import { Migrator } from '@argosy/platform-database';
import { electionSchema } from '@argosy/platform-election/postgres';
import { NatsMessageBus } from '@argosy/platform-messaging';
import { bootService, type RunningService } from '@argosy/platform-nest';
import { type MessageContext, SilentLogger, SilentMetrics } from '@argosy/platform-port';
import { SeededRandom, SystemClock, SystemRandom, SystemTimers } from '@argosy/platform-runtime';
import { replayLog } from '@argosy/strategy-service';
import { strategySchema } from '@argosy/strategy-store';
import {
  aBook,
  anInstrument,
  checkoutRoot,
  type NatsServer,
  type PostgresServer,
  startNats,
  startPostgres,
} from '@argosy/testing';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { strategyHostModule } from './app.module.js';
import { readStrategyHostConfig } from './strategy-host.config.js';
import { STRATEGY_TYPES } from './strategy-table.js';
import { sourceProcess } from './testing/source-process.js';

const clock = new SystemClock();
const timers = new SystemTimers();
const logger = new SilentLogger();
const code = sourceProcess('../process/strategy-process.ts');
const traded = anInstrument();
const reference = anInstrument({ id: instrumentId('binance_BTC-USDT'), venue: 'binance', symbol: 'BTC-USDT' });

let nats: NatsServer;
let postgres: PostgresServer;
let fleet: NatsMessageBus;
let ops: NatsMessageBus;
let folder: string;
let host: RunningService | undefined;
const submissions: { readonly submission: OrderSubmission; readonly context: MessageContext }[] = [];
let onSubmission: () => void = () => undefined;

const bus = (service: 'risk' | 'ops-gateway'): Promise<NatsMessageBus> =>
  NatsMessageBus.connect(
    { servers: nats.url, service },
    { clock, timers, random: new SystemRandom(), logger, metrics: new SilentMetrics() },
  );

function answer<Q, R>(
  pattern: string,
  ask: Codec<Q>,
  codec: Codec<R>,
  handle: (message: Q, context: MessageContext) => Result<R, Refusal>,
): void {
  fleet.subscribe(pattern, ask, { queueLimit: 1_000 }, (message, context) => {
    if (context.replyTo !== undefined) fleet.reply(context.replyTo, codec, handle(message, context), context.trace);
  });
}

/** Market-data, risk and execution, as far as the host meets them. */
function smallFleet(): void {
  answer(subjects.marketInstruments, instrumentsRequestCodec, instrumentsPageCodec, () => ok([traded, reference]));
  answer(subjects.riskStrategyLimits, strategyLimitsCodec, emptyCodec, () => ok({}));
  answer(subjects.orderEvents, accountEventsRequestCodec, accountEventsPageCodec, () =>
    ok({ events: [], lastSequence: 0n }),
  );
  answer(subjects.orderList, ordersRequestCodec, ordersPageCodec, () => ok([]));
  answer(subjects.orderExposure, exposureRequestCodec, exposurePageCodec, (ask) =>
    ok([
      {
        accountId: accountId(ask.accountId),
        venue: 'hyperliquid',
        sequence: 0n,
        openOrders: [],
        ready: true,
        epoch: 1,
      },
    ]),
  );
  answer(patterns.everySubmission, submitOrderCodec, orderAcceptedCodec, (submission, context) => {
    submissions.push({ submission, context });
    onSubmission();
    return ok({ clientOrderId: String(submissions.length).padStart(32, '0'), repeated: false });
  });
}

const bootHost = async (): Promise<RunningService> => {
  const service = await bootService({
    name: 'strategy-host',
    configure: () =>
      readStrategyHostConfig({
        NATS_URL: nats.url,
        POSTGRES_URL: `postgres://127.0.0.1:${String(postgres.port)}/postgres`,
        FLEET_ACCOUNTS_FILE: 'not read here',
        STRATEGY_HOST_CONFIG_FOLDER: path.join(checkoutRoot(), 'config/local/strategies'),
        STRATEGY_HOST_LOG_FOLDER: folder,
        SERVICE_HTTP_PORT: '0',
        SERVICE_LOG_LEVEL: 'CRITICAL',
      }),
    module: (config) => {
      const account = { venue: 'hyperliquid', network: 'testnet' } as const;
      const accounts = [
        { account_id: 'main', kind: 'live', number: 1, ...account } as const,
        { account_id: 'paper', kind: 'paper', number: 2, ...account } as const,
      ];
      return strategyHostModule(config, { fleet_number: 1, accounts }, code);
    },
    host: {
      pid: 1,
      memoryBytes: () => 1,
      onSignal: () => undefined,
      onUncaught: () => undefined,
      complain: (text) => process.stderr.write(text),
      exit: () => undefined,
    },
  });
  if (service === undefined) throw new Error('strategy-host did not start');
  await service.started;
  return service;
};

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'argosy-strategies-'));
  [nats, postgres] = await Promise.all([startNats(), startPostgres()]);
  const admin = new pg.Pool({ connectionString: postgres.url });
  await new Migrator(admin, { logger, timers, random: new SystemRandom() }).migrate([strategySchema, electionSchema]);
  await admin.end();
  [fleet, ops] = await Promise.all([bus('risk'), bus('ops-gateway')]);
  smallFleet();
}, 120_000);
afterAll(async () => {
  await host?.stop();
  await Promise.all([fleet.close(), ops.close()]);
  await Promise.all([nats.stop(), postgres.stop()]);
  await rm(folder, { recursive: true, force: true });
});

const bookOf = (id: InstrumentId) => aBook({ instrumentId: id, receivedTimeNs: clock.now(), venueTimeNs: clock.now() });

/** A service that has bound its routes is heard of by the server a moment later. */
async function untilHeard(ask: () => Promise<unknown>): Promise<void> {
  for (;;) {
    try {
      return void (await ask());
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== 'SERVICE_UNAVAILABLE') throw error;
    }
  }
}

/** Books until the strategy has asked for something: its process takes a moment to load. */
async function marketUntilSubmission(): Promise<void> {
  const asked = new Promise<void>((resolve) => {
    onSubmission = resolve;
  });
  const trace = { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' };
  const market = timers.every(20, () => {
    for (const { id, venue, symbol } of [reference, traded])
      fleet.publish(subjects.marketBook(venue, symbol), bookCodec, bookOf(id), { trace });
    fleet.publish(subjects.tradingState, tradingStateCodec, {
      version: 1n,
      tradingEnabled: true,
      newSignalsEnabled: true,
      mode: FULL_MODE,
      accounts: new Map(),
      statedAt: clock.now(),
      riskEpoch: 1,
    });
  });
  await asked;
  market.cancel();
}

describe('strategy-host on a real server, a real store and real processes', () => {
  it('loads its files, starts one, feeds it, sends its orders in the trace of the tick, stops, and can replay it all (ST-1, OB-5, I-32)', async () => {
    host = await bootHost();
    const timeoutMs = 20_000;
    const get = async (): Promise<StrategyView> => {
      const view = await ops.request(
        subjects.strategyGet,
        strategyRequestCodec,
        strategyViewCodec,
        { strategyId: 'market_maker_btc' },
        { timeoutMs },
      );
      if (!view.ok) throw new Error(view.refusal.code);
      return view.value;
    };
    await untilHeard(get);
    expect(await get()).toMatchObject({ status: 'stopped', type: 'market_maker', configVersion: '1' });
    const again = { configFile: 'config/strategies/market_maker_btc.json', configJson: '', actor: 'ann' };
    expect(
      await ops.request(subjects.strategyLoad, loadStrategyCodec, strategyViewCodec, again, { timeoutMs }),
    ).toMatchObject({ ok: true, value: { configVersion: '2' } });

    const start = { strategyId: 'market_maker_btc', actor: 'ann' };
    const started = await ops.request(subjects.strategyStart, startStrategyCodec, strategyViewCodec, start, {
      timeoutMs,
    });
    expect(started).toMatchObject({ ok: true, value: { status: 'running', accountId: 'main' } });
    await marketUntilSubmission();
    const [first] = submissions;
    expect(first?.submission).toMatchObject({
      strategyId: 'market_maker_btc',
      accountId: 'main',
      timeInForce: 'post_only',
      provenance: { strategyVersion: 'market_maker@4', configVersion: '2' },
    });
    expect(first?.context.trace?.traceparent).toMatch(/^00-4bf92f3577b34da6a3ce929d0e0e4736-(?!00f067aa0ba902b7)/);

    const status = await ops.request(
      subjects.serviceStatus('strategy-host'),
      serviceStatusRequestCodec,
      serviceStatusCodec,
      {},
      { timeoutMs },
    );
    expect(status).toMatchObject({ ok: true, value: { service: 'strategy-host', ready: true } });
    const stop = { ...start, cancelOrders: true, force: false, reason: 'done' };
    const stopped = await ops.request(subjects.strategyStop, stopStrategyCodec, strategyViewCodec, stop, { timeoutMs });
    expect(stopped).toMatchObject({ ok: true, value: { reason: 'done' } });
    await host.stop();
    host = undefined;

    const [name] = (await readdir(folder)).filter((file) => file.startsWith('market_maker_btc.'));
    const lines = (await readFile(path.join(folder, name ?? ''), 'utf8')).trimEnd().split('\n');
    const type = STRATEGY_TYPES.get('market_maker');
    if (type === undefined) throw new Error('no market maker');
    const report = replayLog(type, lines, (seed) => new SeededRandom(seed));
    expect(report).toMatchObject({ differences: [], isWhole: true });
    expect(report.actions).toBeGreaterThanOrEqual(2);
  }, 120_000);
});
