import {
  type AccountEvent,
  accountEventCodec,
  accountEventsPageCodec,
  accountEventsRequestCodec,
  balancesPageCodec,
  balancesRequestCodec,
  integrityReportCodec,
  integrityRequestCodec,
  serviceStatusCodec,
  serviceStatusRequestCodec,
  subjects,
  tradesPageCodec,
  tradesRequestCodec,
} from '@argosy/contracts';
import { accountId, ok, parseAmount } from '@argosy/domain';
import { ledgerSchema } from '@argosy/ledger-store';
import { Migrator } from '@argosy/platform-database';
import { NatsMessageBus } from '@argosy/platform-messaging';
import { prescribedFor } from '@argosy/platform-observability';
import { electionSchema } from '@argosy/platform-election/postgres';
import { bootService, type RunningService } from '@argosy/platform-nest';
import { SilentLogger, SilentMetrics } from '@argosy/platform-port';
import { SystemClock, SystemRandom, SystemTimers } from '@argosy/platform-runtime';
import { A_MOMENT, aFill, type NatsServer, type PostgresServer, startNats, startPostgres } from '@argosy/testing';
import pg from 'pg';
import { LedgerModule } from './app.module.js';
import { readLedgerConfig } from './ledger.config.js';

const MAIN = accountId('main');
const opening: AccountEvent['fact'] = {
  kind: 'observed',
  observation: {
    accountKind: 'live',
    equity: parseAmount('1000'),
    cash: parseAmount('1000'),
    rawCash: parseAmount('1000'),
    marginUsed: parseAmount('0'),
    asset: 'USDC',
    positions: [],
    venueTimeNs: A_MOMENT,
    reconciled: true,
  },
};
const eventAt = (sequence: bigint, fact: AccountEvent['fact']): AccountEvent => ({
  eventId: `main-${String(sequence)}`,
  accountId: MAIN,
  venue: 'hyperliquid',
  sequence,
  epoch: 1,
  occurredAt: A_MOMENT,
  traceparent: '',
  fact,
});
const filled = (sequence: bigint): AccountEvent =>
  eventAt(sequence, { kind: 'order_filled', fill: aFill({ fillId: `f${String(sequence)}` as never }) });

let nats: NatsServer;
let postgres: PostgresServer;
let execution: NatsMessageBus;
const record: AccountEvent[] = [eventAt(1n, opening), ...Array.from({ length: 300 }, (_, i) => filled(BigInt(i) + 2n))];
let published = 0;
const running: RunningService[] = [];
/** The one that leads in most of what follows. */
let first: RunningService;

const startLedger = async (natsUrl: string = nats.url): Promise<RunningService> => {
  const service = await bootService({
    name: 'ledger',
    configure: () =>
      readLedgerConfig({
        NATS_URL: natsUrl,
        POSTGRES_URL: `postgres://127.0.0.1:${String(postgres.port)}/postgres`,
        SERVICE_HTTP_PORT: '0',
        SERVICE_LOG_LEVEL: 'CRITICAL',
      }),
    module: () => LedgerModule,
    host: {
      pid: 1,
      memoryBytes: () => 1,
      onSignal: () => undefined,
      onUncaught: () => undefined,
      complain: (text) => process.stderr.write(text),
      exit: () => undefined,
    },
  });
  if (service === undefined) throw new Error('the ledger did not start');
  running.push(service);
  return service;
};
const publish = async (count: number): Promise<void> => {
  const events = record.slice(published, published + count);
  published += count;
  await Promise.all(
    events.map((event) =>
      execution.publishDurable(
        subjects.accountFact(event.fact.kind, 'hyperliquid', 'main', 'none'),
        accountEventCodec,
        event,
        { eventId: event.eventId },
      ),
    ),
  );
};
const report = async () => {
  const answer = await execution.request(
    subjects.ledgerIntegrity,
    integrityRequestCodec,
    integrityReportCodec,
    {},
    { timeoutMs: 5_000 },
  );
  if (!answer.ok) throw new Error(answer.refusal.code);
  return answer.value;
};
/** Until the routes are bound nobody listens, which the wire says at once. */
const answering = async (): Promise<void> => {
  for (let attempt = 0; attempt < 2_000; attempt += 1) {
    const heard = await report().then(
      () => true,
      () => false,
    );
    if (heard) return;
  }
  throw new Error('the ledger does not answer');
};
const bookedUpTo = async (sequence: bigint): Promise<void> => {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    if ((await report()).accountSequences.main === sequence) return;
  }
  throw new Error(`facts are not booked up to ${String(sequence)}`);
};

beforeAll(async () => {
  [nats, postgres] = await Promise.all([startNats(), startPostgres()]);
  const parts = {
    clock: new SystemClock(),
    timers: new SystemTimers(),
    random: new SystemRandom(),
    logger: new SilentLogger(),
    metrics: new SilentMetrics(),
  };
  const admin = new pg.Pool({ connectionString: postgres.url });
  await new Migrator(admin, parts).migrate([ledgerSchema, electionSchema]);
  await admin.end();
  execution = await NatsMessageBus.connect({ servers: nats.url, service: 'execution' }, parts);
  execution.subscribe(
    subjects.orderEvents,
    accountEventsRequestCodec,
    { queueLimit: 64 },
    ({ fromSequence, limit }, { replyTo }) => {
      if (replyTo !== undefined)
        execution.reply(
          replyTo,
          accountEventsPageCodec,
          ok({
            events: record
              .slice(0, published)
              .filter(({ sequence }) => sequence >= fromSequence)
              .slice(0, limit),
            lastSequence: BigInt(published),
          }),
        );
    },
  );
}, 120_000);
afterAll(async () => {
  for (const service of running) await service.stop();
  await execution.close();
  await Promise.all([nats.stop(), postgres.stop()]);
}, 60_000);

describe('the ledger process on real NATS and Postgres', () => {
  it('stops at once, also while it waits for the stream', async () => {
    const other = await startNats();
    const lonely = await startLedger(other.url);
    while (!JSON.stringify(await health(lonely)).includes('stream not found')) await new Promise(setImmediate);
    expect(await lonely.stop()).toBe(true);
    await other.stop();
  }, 60_000);

  it('says what it waits for while execution has not made the stream, and answers already', async () => {
    first = await startLedger();
    await answering();
    expect(JSON.stringify(await health(first))).toContain('account-events');
    const answer = await execution.request(
      subjects.ledgerBalances,
      balancesRequestCodec,
      balancesPageCodec,
      {},
      { timeoutMs: 5_000 },
    );
    expect(answer).toEqual(ok({ balances: [] }));
    await execution.ensureStreams();
    await first.started;
    expect(await health(first)).toMatchObject({ status: 'ready', ready: true });
  }, 60_000);

  it('stands by while another leads: warm, alive, answering for itself alone, and gone at once when told to (HA-2)', async () => {
    const standby = await startLedger();
    while (!JSON.stringify(await health(standby)).includes('was last seen to lead')) await new Promise(setImmediate);
    expect(await health(standby)).toMatchObject({ status: 'standby', role: 'standby', ready: false });
    const answers = await execution.request(
      subjects.serviceStandby('ledger'),
      serviceStatusRequestCodec,
      serviceStatusCodec,
      {},
      { timeoutMs: 5_000 },
    );
    const leader = (await health(first)) as { readonly epoch: number };
    expect(answers).toMatchObject({ ok: true, value: { service: 'ledger', role: 'standby', epoch: leader.epoch } });
    expect(leader).toMatchObject({ status: 'ready', role: 'primary' });
    expect(await standby.stop()).toBe(true);
  }, 60_000);

  it('books every fact of the stream once; what the stream lost is read again; a new process goes on where the old one stopped', async () => {
    await publish(120);
    // The last fact leaves a gap of 60 behind it that no message will ever fill.
    published += 60;
    await publish(40);
    await bookedUpTo(220n);
    await first.stop();
    await publish(81);
    const second = await startLedger();
    await second.started;
    await bookedUpTo(301n);
    const { problems, entries, chainValid, trialBalance } = await report();
    expect({ problems, entries, chainValid, trialBalance }).toEqual({
      problems: [],
      entries: 301n,
      chainValid: true,
      trialBalance: { USDC: '0', 'hyperliquid_BTC-PERP': '0' },
    });
    const trades = await execution.request(
      subjects.ledgerTrades,
      tradesRequestCodec,
      tradesPageCodec,
      { limit: 1000, accountId: '', strategyId: '', instrumentId: '', sinceNs: 0n },
      { timeoutMs: 5_000 },
    );
    expect(trades.ok && trades.value.trades.length).toBe(300);
    const metrics = await (await fetch(`${second.url}/metrics`)).text();
    for (const name of prescribedFor('ledger')) expect(metrics).toContain(`# TYPE ${name.replace(/_total$/, '')}`);
    expect(metrics).toMatch(/argosy_leadership_role 1/);
    expect(metrics).toMatch(/argosy_ledger_facts_sequence\{[^}]*\} 301/);
  }, 60_000);
});

const health = async ({ url }: RunningService): Promise<unknown> => (await fetch(`${url}/health`)).json();
