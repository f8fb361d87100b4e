import { patterns, type ServiceName, SERVICES, subjects } from '@argosy/contracts';
import { type Codec, Fault, ok } from '@argosy/domain';
import { type LogData, Logger, type LogLevel, type MetricSpec, SilentMetrics } from '@argosy/platform-port';
import { SystemClock, SystemRandom, SystemTimers } from '@argosy/platform-runtime';
import { type NatsServer, startNats } from '@argosy/testing';
import { connect } from '@nats-io/transport-node';
import { LEDGER_DURABLE } from './identities.js';
import { natsConfig } from './nats-config.js';
import { NatsMessageBus } from './nats-message-bus.js';
import { SequenceGuard } from '@argosy/platform-port';

class Lines extends Logger {
  readonly lines: [LogLevel, string, LogData | undefined][] = [];
  override log(level: LogLevel, eventType: string, data?: LogData): void {
    this.lines.push([level, eventType, data]);
  }
  override child(): Logger {
    return this;
  }
}

class Counts extends SilentMetrics {
  readonly totals = new Map<string, number>();
  override counter(spec?: MetricSpec<string>): never {
    return {
      add: (labels: Record<string, string>, value = 1) => {
        const key = [spec?.name, ...Object.values(labels)].join(' ');
        this.totals.set(key, (this.totals.get(key) ?? 0) + value);
      },
    } as never;
  }
}

const text: Codec<string> = {
  name: 'Text',
  encode: (message) => new TextEncoder().encode(message),
  decode: (bytes) => {
    const message = new TextDecoder().decode(bytes);
    if (message.startsWith('bad')) throw new Fault('MESSAGE_INVALID', 'Text: not a readable message');
    return message;
  },
};
const PLENTY = { queueLimit: 100_000 };
const SOON = { timeoutMs: 2_000 };
const PLACE = ['hyperliquid', 'main', 'maker-1'] as const;
const FACT = subjects.accountFact('order_changed', ...PLACE);

/** Resolves when `holds` does; the spec's own time-out is the limit. */
const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
};

describe('NatsMessageBus on a server with the fleet’s permissions', () => {
  const users = Object.fromEntries(SERVICES.map((service) => [service, `secret-${service}`])) as Record<
    ServiceName,
    string
  >;
  const buses: NatsMessageBus[] = [];
  let server: NatsServer;

  const open = async (service: ServiceName, logger = new Lines(), metrics = new Counts()): Promise<NatsMessageBus> => {
    const bus = await NatsMessageBus.connect(
      { servers: server.url, service, password: users[service] },
      { clock: new SystemClock(), timers: new SystemTimers(), random: new SystemRandom(), logger, metrics },
    );
    buses.push(bus);
    return bus;
  };

  beforeAll(async () => {
    server = await startNats({
      config: ({ port, storeDir }) => natsConfig({ ports: { client: port }, storeDir, users }),
    });
    await (await open('execution')).ensureStreams();
  });
  afterEach(async () => {
    await Promise.all(buses.splice(0).map((bus) => bus.close()));
  });
  afterAll(async () => server.stop());

  it('carries the order chain strategy → risk → execution → strategy', async () => {
    const [strategy, risk, execution] = [await open('strategy-host'), await open('risk'), await open('execution')];
    risk.subscribe(patterns.everySubmission, text, PLENTY, (order, context) =>
      risk.publish(subjects.orderPlace(...PLACE), text, `${order} approved`, context),
    );
    execution.subscribe(patterns.everyPlacement, text, PLENTY, (order, { replyTo = '' }) =>
      execution.reply(replyTo, text, ok(`${order} placed`)),
    );
    await Promise.all([risk.flush(), execution.flush()]);
    expect(await strategy.request(subjects.orderSubmit(...PLACE), text, text, 'order', SOON)).toEqual(
      ok('order approved placed'),
    );
  });

  it('makes the streams again without harm', async () => {
    const execution = await open('execution');
    await execution.publishDurable(FACT, text, 'kept', { eventId: 'kept' });
    await execution.ensureStreams();
    const ledger = await open('ledger');
    const seen: string[] = [];
    await ledger.consume(
      patterns.everyAccountFact,
      text,
      { stream: 'ACCOUNT_EVENTS', durable: LEDGER_DURABLE, maxInFlight: 10, maxRedeliveries: 3 },
      async (message) => {
        seen.push(message);
        return 'done';
      },
    );
    await until(() => seen.includes('kept'));
  });

  it('hands events that a stream keeps to a plain subscriber one after the other, like all events', async () => {
    const [execution, risk] = [await open('execution'), await open('risk')];
    const seen: string[] = [];
    let [running, most] = [0, 0];
    risk.subscribe(patterns.everyAccountFact, text, PLENTY, async (message) => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setTimeout(resolve, 5));
      running -= 1;
      seen.push(message);
      if (message === 'two') throw new Error('cannot be handled');
    });
    await risk.flush();
    const told = ['one', 'two', 'three'];
    await Promise.all(told.map((each) => execution.publishDurable(FACT, text, each, { eventId: `turn-${each}` })));
    await until(() => seen.length === told.length);
    expect([seen, most]).toEqual([told, 1]);
  });

  it('fails at once while the server is away, reconnects for ever, and finds and refills what was lost (I-42)', async () => {
    const lines = new Lines();
    const counts = new Counts();
    const [execution, risk] = [await open('execution'), await open('risk', lines, counts)];
    const guard = new SequenceGuard(1);
    const history: string[] = [];
    const taken: string[] = [];
    const refills: string[] = [];
    const take = (message: string): void => {
      const place = guard.offer('main', BigInt(message));
      if (place.kind === 'in_order') taken.push(message);
      if (place.kind === 'gap') refill(`gap ${String(place.from)}-${String(place.to)}`);
    };
    const refill = (reason: string): void => {
      refills.push(reason);
      void risk.request(subjects.orderEvents, text, text, String(guard.last('main')), SOON).then(
        (page) => {
          if (page.ok) for (const message of page.value.split(',').filter(Boolean)) take(message);
          // Execution may come back later than we do; the next fact shows the gap again.
        },
        () => undefined,
      );
    };
    const emit = (count: number): void => {
      for (let i = 0; i < count; i += 1) {
        history.push(String(history.length + 1));
        try {
          execution.publish(FACT, text, history.at(-1) ?? '');
        } catch (error) {
          expect(error).toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
        }
      }
    };
    const answerRefills = (): void => {
      execution.subscribe(subjects.orderEvents, text, PLENTY, (after, { replyTo = '' }) =>
        execution.reply(replyTo, text, ok(history.slice(Number(after)).join(','))),
      );
    };
    answerRefills();
    risk.subscribe(patterns.everyAccountFact, text, PLENTY, take);
    risk.onReconnect(() => refill('reconnect'));
    await Promise.all([execution.flush(), risk.flush()]);

    emit(3);
    await until(() => taken.length === 3);
    const asked = risk
      .request(subjects.orderList, text, text, 'x', { timeoutMs: 60_000 })
      .catch((error: unknown) => error);
    await server.kill();
    expect(await asked).toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
    await until(() => !execution.connected && !risk.connected);
    expect(() => risk.publish(subjects.tradingState, text, 'x')).toThrow(
      expect.objectContaining({ code: 'SERVICE_UNAVAILABLE' }),
    );
    await expect(risk.request(subjects.orderList, text, text, 'x', SOON)).rejects.toMatchObject({
      code: 'SERVICE_UNAVAILABLE',
    });
    emit(5);
    await server.restart();
    await until(() => execution.connected && risk.connected);
    emit(2);
    await until(() => taken.length === 10);
    expect(taken).toEqual(history);
    expect(refills.length).toBeGreaterThan(0);
    expect(counts.totals.get('argosy_messaging_reconnects_total')).toBe(1);
    expect(lines.lines.map(([, event]) => event)).toEqual(
      expect.arrayContaining(['connection_lost', 'connection_restored']),
    );
  });

  it('keeps trying a durable publish over a restart of the server, and stores it once', async () => {
    const [execution, ledger] = [await open('execution'), await open('ledger')];
    const seen: string[] = [];
    await ledger.consume(
      patterns.everyAccountFact,
      text,
      { stream: 'ACCOUNT_EVENTS', durable: LEDGER_DURABLE, maxInFlight: 10, maxRedeliveries: 3 },
      async (message) => {
        seen.push(message);
        return 'done';
      },
    );
    await server.kill();
    const stored = execution.publishDurable(FACT, text, 'patient', { eventId: 'patient' });
    await server.restart();
    await stored;
    await execution.publishDurable(FACT, text, 'patient', { eventId: 'patient' });
    await execution.publishDurable(FACT, text, 'after', { eventId: 'after' });
    await until(() => seen.includes('after'));
    expect(seen.filter((message) => message === 'patient')).toHaveLength(1);
  });

  it('goes on after the server has lost its whole volume: each makes again what is its own (I-45, F-24)', async () => {
    const lines = new Lines();
    const [execution, ledger, risk] = [await open('execution', lines), await open('ledger', lines), await open('risk')];
    const seen: string[] = [];
    await ledger.consume(
      patterns.everyAccountFact,
      text,
      { stream: 'ACCOUNT_EVENTS', durable: LEDGER_DURABLE, maxInFlight: 10, maxRedeliveries: 3 },
      async (message) => {
        seen.push(message);
        return 'done';
      },
    );
    // Somebody always listens to the same subject without the stream: that nobody answers is no sign of its absence.
    risk.subscribe(patterns.everyAccountFact, text, PLENTY, () => undefined);
    await execution.publishDurable(FACT, text, 'before the loss', { eventId: 'before-loss' });
    await until(() => seen.includes('before the loss'));
    await server.wipe();
    await server.restart();
    await execution.publishDurable(FACT, text, 'after the loss', { eventId: 'after-loss' });
    await until(() => seen.includes('after the loss'));
    expect(lines.lines.map(([, event]) => event)).toEqual(
      expect.arrayContaining(['streams_made_again', 'consumer_made_again']),
    );
  });

  it('redelivers to the next process what the last one died with; a consumer by event id changes nothing twice (I-43)', async () => {
    const execution = await open('execution');
    const options = { stream: 'ACCOUNT_EVENTS', durable: LEDGER_DURABLE, maxInFlight: 10, maxRedeliveries: 3 };
    const booked = new Set<string>();
    const deliveries: string[] = [];
    const dying = await open('ledger');
    await dying.consume(patterns.everyAccountFact, text, options, async (message, { eventId = '' }) => {
      deliveries.push(message);
      booked.add(eventId);
      // Booked, and the acknowledgement never comes.
      return message === 'fact 1' ? 'later' : 'done';
    });
    for (let i = 0; i < 3; i += 1)
      await execution.publishDurable(FACT, text, `fact ${String(i)}`, { eventId: `fact-${String(i)}` });
    await until(() => booked.size === 3);
    await dying.close();
    const next = await open('ledger');
    await next.consume(patterns.everyAccountFact, text, options, async (message, { eventId = '', redeliveries }) => {
      expect(redeliveries).toBeGreaterThan(0);
      deliveries.push(message);
      booked.add(eventId);
      return 'done';
    });
    await until(() => deliveries.filter((message) => message === 'fact 1').length > 1);
    expect([...booked].sort()).toEqual(['fact-0', 'fact-1', 'fact-2']);
  });

  it('hands on at once what arrives while a consumer closes', async () => {
    const execution = await open('execution');
    const options = { stream: 'ACCOUNT_EVENTS', durable: LEDGER_DURABLE, maxInFlight: 10, maxRedeliveries: 10 };
    const ledger = await open('ledger');
    const seen: string[] = [];
    const consume = () =>
      ledger.consume(patterns.everyAccountFact, text, options, async (message) => {
        seen.push(message);
        return 'done';
      });
    const stored: Promise<void>[] = [];
    for (let i = 0; i < 10; i += 1) {
      const subscription = await consume();
      stored.push(execution.publishDurable(FACT, text, `hand ${String(i)}`, { eventId: `hand-${String(i)}` }));
      subscription.close();
    }
    await Promise.all(stored);
    await consume();
    await until(() => new Set(seen.filter((message) => message.startsWith('hand'))).size === 10);
  }, 10_000);

  it('parks poison with its story, counts it and tells people', async () => {
    const [lines, counts] = [new Lines(), new Counts()];
    const [execution, ledger] = [await open('execution'), await open('ledger', lines, counts)];
    const seen: string[] = [];
    await ledger.consume(
      patterns.everyAccountFact,
      text,
      { stream: 'ACCOUNT_EVENTS', durable: LEDGER_DURABLE, maxInFlight: 10, maxRedeliveries: 1 },
      async (message) => {
        seen.push(message);
        return 'done';
      },
    );
    await execution.publishDurable(FACT, text, 'bad and secret', { eventId: 'poison' });
    await execution.publishDurable(FACT, text, 'good', { eventId: 'good' });
    await until(() => seen.includes('good') && lines.lines.some(([, event]) => event === 'event_parked'));
    expect(lines.lines.find(([, event]) => event === 'event_parked')).toMatchObject([
      'CRITICAL',
      'event_parked',
      { stream: 'ACCOUNT_EVENTS', durable: LEDGER_DURABLE, subject: FACT, reason: 'not a readable message' },
    ]);
    expect(counts.totals.get('argosy_messaging_parked_total ACCOUNT_EVENTS')).toBe(1);
    expect(counts.totals.get('argosy_messaging_undelivered_total evt invalid')).toBe(1);
    expect(JSON.stringify(lines.lines)).not.toContain('secret');
  });

  it('lets a slow consumer block nobody, not even another of its own process (I-46)', async () => {
    const [execution, risk] = [await open('execution'), await open('risk')];
    const overflows: string[] = [];
    const quick: string[] = [];
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    risk.subscribe(
      patterns.everyAccountFact,
      text,
      { queueLimit: 100, onOverflow: (subject) => overflows.push(subject) },
      () => held,
    );
    risk.subscribe(patterns.everyAccountFact, text, PLENTY, (message) => void quick.push(message));
    risk.subscribe(subjects.riskSummary, text, PLENTY, (_, { replyTo = '' }) => risk.reply(replyTo, text, ok('here')));
    await risk.flush();
    for (let i = 0; i < 1_000; i += 1) execution.publish(FACT, text, String(i));
    await until(() => quick.length === 1_000);
    expect(overflows).toHaveLength(899);
    const ops = await open('ops-gateway');
    expect(await ops.request(subjects.riskSummary, text, text, '', SOON)).toEqual(ok('here'));
    release();
  });

  it('takes nothing from hostile bytes, headers and reply subjects, and stays up', async () => {
    const [lines, counts] = [new Lines(), new Counts()];
    const risk = await open('risk', lines, counts);
    const heard: string[] = [];
    risk.subscribe(patterns.everySubmission, text, PLENTY, (message, { replyTo = '' }) => {
      heard.push(message);
      if (replyTo !== '') risk.reply(replyTo, text, ok('answered'));
    });
    const placed: string[] = [];
    const execution = await open('execution');
    execution.subscribe(patterns.everyPlacement, text, PLENTY, (message) => void placed.push(message));
    await Promise.all([risk.flush(), execution.flush()]);
    const raw = await connect({ servers: server.url, user: 'strategy-host', pass: users['strategy-host'] });
    const { headers } = await import('@nats-io/transport-node');
    const twice = headers();
    twice.append('Nats-Msg-Id', 'one');
    twice.append('Nats-Msg-Id', 'two');
    const late = headers();
    late.set('Argosy-Deadline', '1e999');
    const subject = subjects.orderSubmit(...PLACE);
    raw.publish(subject, 'reply hijack', { reply: subjects.orderPlace(...PLACE) });
    raw.publish(subject, 'two ids', { headers: twice });
    raw.publish(subject, 'odd deadline', { headers: late });
    raw.publish(subject, 'bad');
    raw.publish(subject, 'good');
    await until(() => heard.length > 0);
    await execution.flush();
    expect([heard, placed]).toEqual([['good'], []]);
    expect(counts.totals.get('argosy_messaging_undelivered_total cmd invalid')).toBe(4);
    // One line for the first; the rest of the second is only counted.
    expect(lines.lines.filter(([, event]) => event === 'message_invalid')).toHaveLength(1);
    expect(() => risk.reply(subject, text, ok('x'))).toThrow(expect.objectContaining({ code: 'MESSAGE_INVALID' }));
    expect(() => risk.publish(subjects.tradingState, text, 'x', { eventId: 'a\r\nArgosy-Refusal: b' })).toThrow(
      expect.objectContaining({ code: 'MESSAGE_INVALID' }),
    );
    await raw.close();
  });

  it('lets running handlers finish before it closes, and takes nothing new', async () => {
    const [risk, ops] = [await open('risk'), await open('ops-gateway')];
    let release = (): void => undefined;
    const started = new Promise<void>((begun) => {
      risk.subscribe(subjects.riskSummary, text, PLENTY, async (_, { replyTo = '' }) => {
        begun();
        await new Promise<void>((resolve) => (release = resolve));
        risk.reply(replyTo, text, ok('done'));
      });
    });
    await risk.flush();
    const answer = ops.request(subjects.riskSummary, text, text, '', SOON);
    await started;
    const closing = risk.close();
    await ops.flush();
    release();
    expect(await answer).toEqual(ok('done'));
    await closing;
    await expect(ops.request(subjects.riskSummary, text, text, '', SOON)).rejects.toMatchObject({
      code: 'SERVICE_UNAVAILABLE',
    });
    expect(await risk.closed()).toBeUndefined();
  });

  it('says that a wrong password is wrong instead of waiting for ever', async () => {
    await expect(
      NatsMessageBus.connect(
        { servers: server.url, service: 'risk', password: 'guess' },
        {
          clock: new SystemClock(),
          timers: new SystemTimers(),
          random: new SystemRandom(),
          logger: new Lines(),
          metrics: new Counts(),
        },
      ),
    ).rejects.toThrow(/authorization/i);
  });
});
