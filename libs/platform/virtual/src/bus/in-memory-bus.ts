import {
  assert,
  type Clock,
  type Codec,
  Fault,
  InvariantViolation,
  nsToMs,
  type Refusal,
  type Result,
  type Timers,
} from '@argosy/domain';
import {
  type ConflateOptions,
  type Consumed,
  type ConsumeOptions,
  MessageBus,
  type MessageContext,
  type PublishOptions,
  type RequestOptions,
  type SubscribeOptions,
  type Subscription,
  type TraceContext,
} from '@argosy/platform-port';
import { ManualTime } from '../manual-time.js';
import { answerEnvelope, encoded, type Envelope, faultEnvelope, openAnswer } from './envelope.js';
import { type BusLink, InMemoryBroker, type Listener, type WireFaults } from './in-memory-broker.js';

type Handle<T> = (message: T, context: MessageContext) => void | Promise<void>;

/** First wait before a durable message comes again; doubles with every redelivery. */
const REDELIVERY_DELAY_MS = 100;
/** How long a stream far away may take to confirm. */
const STORE_TIMEOUT_MS = 5_000;

function contextOf({ subject, trace, replyTo, deadlineMs, eventId }: Envelope, redeliveries = 0): MessageContext {
  const context: { -readonly [Name in keyof MessageContext]: MessageContext[Name] } = { subject, redeliveries };
  if (trace !== undefined) context.trace = trace;
  if (replyTo !== undefined) context.replyTo = replyTo;
  if (deadlineMs !== undefined) context.deadlineMs = deadlineMs;
  if (eventId !== undefined) context.eventId = eventId;
  return context;
}

/**
 * The wire without a server, for specs and simulation: one connection to a broker. It passes the same suite as the
 * NATS bus. Messages travel as bytes and arrive in a later microtask, never inside `publish`.
 */
export class InMemoryBus extends MessageBus {
  /** What handlers rejected with and what could not be decoded, for specs to look at. */
  readonly failures: unknown[] = [];
  readonly #refills: (() => void)[] = [];
  readonly #pending = new Set<(fault: Fault) => void>();
  readonly #leaves = new Set<() => void>();
  #connected = true;

  constructor(
    /** Connections to one broker hear each other. */
    readonly broker: InMemoryBroker = defaultBroker(),
    readonly name = 'spec',
    /** Absent: the server is in the same room. */
    private readonly link?: BusLink,
    /** Absent: the server's. */
    private readonly machine?: { readonly clock: Clock; readonly timers: Timers },
  ) {
    super();
  }

  /** Another connection to the same broker. */
  peer(name: string): InMemoryBus {
    return new InMemoryBus(this.broker, name);
  }

  setFaults(faults: WireFaults | undefined): void {
    this.broker.setFaults(faults);
  }

  /** Nothing arrives or leaves until `reconnect`; running requests fail. */
  disconnect(): void {
    this.#connected = false;
    for (const fail of [...this.#pending]) fail(new Fault('SERVICE_UNAVAILABLE', 'the connection was lost'));
  }

  /** The process behind it is gone: the server forgets it, and nobody is told anything. */
  vanish(): void {
    this.#connected = false;
    for (const leave of [...this.#leaves]) leave();
    this.#pending.clear();
    this.#refills.length = 0;
  }

  reconnect(): void {
    this.#connected = true;
    for (const refill of this.#refills) refill();
  }

  override get connected(): boolean {
    return this.#connected;
  }

  override onReconnect(refill: () => void): void {
    this.#refills.push(refill);
  }

  override publish<T>(subject: string, codec: Codec<T>, message: T, options: PublishOptions = {}): void {
    this.#send({ ...options, subject, bytes: encoded(codec, message, subject) });
  }

  override async publishDurable<T>(
    subject: string,
    codec: Codec<T>,
    message: T,
    options: PublishOptions & { readonly eventId: string },
  ): Promise<void> {
    const bytes = encoded(codec, message, subject);
    if (this.broker.streamOf(subject) === undefined)
      throw new Fault('SERVICE_UNAVAILABLE', `no stream takes '${subject}'`);
    await this.#stored({ ...options, subject, bytes });
  }

  /** Resolves when the stream has said that it has it. */
  async #stored(envelope: Envelope): Promise<void> {
    if (this.link === undefined) {
      this.#send(envelope);
      return Promise.resolve();
    }
    await new Promise<void>((resolve, reject) => {
      const settle = (run: () => void): void => {
        timer.cancel();
        this.#pending.delete(fail);
        run();
      };
      const fail = (fault: Fault): void => settle(() => reject(fault));
      const timer = this.timers.after(STORE_TIMEOUT_MS, () =>
        fail(new Fault('DEADLINE_EXCEEDED', `the stream did not confirm '${envelope.subject}'`)),
      );
      this.#pending.add(fail);
      try {
        this.#send(envelope, () => this.link?.down(() => settle(resolve)));
      } catch (error) {
        settle(() => reject(error instanceof Error ? error : new Error(String(error))));
      }
    });
  }

  override request<Q, R>(
    subject: string,
    ask: Codec<Q>,
    answer: Codec<R>,
    message: Q,
    { trace, timeoutMs }: RequestOptions,
  ): Promise<Result<R, Refusal>> {
    return new Promise((resolve, reject) => {
      const replyTo = this.broker.newInbox(this.name);
      const settle = (run: () => void): void => {
        timer.cancel();
        stop();
        this.#pending.delete(fail);
        run();
      };
      const fail = (fault: Fault): void => settle(() => reject(fault));
      const receive = (envelope: Envelope): void =>
        settle(() => resolveWith(() => openAnswer(envelope, answer), resolve, reject));
      const stop = this.#listen({ pattern: replyTo, receive });
      const timer = this.timers.after(timeoutMs, () =>
        fail(new Fault('DEADLINE_EXCEEDED', `'${subject}' did not answer within ${String(timeoutMs)} ms`)),
      );
      this.#pending.add(fail);
      try {
        const deadlineMs = nsToMs(this.clock.now()) + timeoutMs;
        const unheard = (): void => fail(new Fault('SERVICE_UNAVAILABLE', `nobody listens on '${subject}'`));
        this.#send({ subject, bytes: encoded(ask, message, subject), trace, replyTo, deadlineMs }, (heard) => {
          if (heard) return;
          if (this.link === undefined) unheard();
          else this.link.down(unheard);
        });
      } catch (error) {
        settle(() => reject(error instanceof Error ? error : new Error(String(error))));
      }
    });
  }

  override reply<R>(replyTo: string, codec: Codec<R>, result: Result<R, Refusal>, trace?: TraceContext): void {
    this.#send(answerEnvelope(replyTo, codec, result, trace));
  }

  override subscribe<T>(pattern: string, codec: Codec<T>, options: SubscribeOptions, handle: Handle<T>): Subscription {
    const waiting: Envelope[] = [];
    let eventRuns = false;
    let requestsRunning = 0;
    const next = (): void => {
      while (!eventRuns && waiting.length > 0) {
        eventRuns = true;
        let sameTurn = true;
        this.#handled(waiting.shift() as Envelope, codec, handle, () => {
          eventRuns = false;
          if (!sameTurn) next();
        });
        sameTurn = false;
      }
    };
    const request = (envelope: Envelope): void => {
      requestsRunning += 1;
      this.#handled(envelope, codec, handle, () => (requestsRunning -= 1));
    };
    const receive = (envelope: Envelope): void => {
      if ((envelope.replyTo === undefined ? waiting.length : requestsRunning) >= options.queueLimit) {
        options.onOverflow?.(envelope.subject);
        this.#answerFault(
          envelope,
          new Fault('QUEUE_FULL', `'${envelope.subject}' has ${String(options.queueLimit)} waiting`),
        );
      } else if (envelope.replyTo === undefined) {
        waiting.push(envelope);
        next();
      } else {
        request(envelope);
      }
    };
    const stop = this.#listen({ pattern, group: options.group, receive });
    return {
      close: () => {
        stop();
        waiting.length = 0;
      },
    };
  }

  override subscribeNewest<T>(
    pattern: string,
    codec: Codec<T>,
    options: ConflateOptions,
    handle: (message: T, context: MessageContext) => void,
  ): Subscription {
    const newest = new Map<string, Envelope>();
    const flush = (): void => {
      const batch = [...newest.values()];
      newest.clear();
      for (const envelope of batch) this.#handled(envelope, codec, handle, () => undefined);
    };
    const receive = (envelope: Envelope): void => {
      if (newest.size === 0) queueMicrotask(flush);
      newest.set(envelope.subject, envelope);
      assert(newest.size <= options.keyLimit, `'${pattern}' has more than ${String(options.keyLimit)} keys waiting`);
    };
    const stop = this.#listen({ pattern, receive });
    return {
      close: () => {
        stop();
        newest.clear();
      },
    };
  }

  override async consume<T>(
    pattern: string,
    codec: Codec<T>,
    options: ConsumeOptions,
    handle: (message: T, context: MessageContext) => Promise<Consumed>,
  ): Promise<Subscription> {
    const stream = this.broker.streams.get(options.stream);
    if (stream === undefined) throw new Fault('SERVICE_UNAVAILABLE', `there is no stream '${options.stream}'`);
    const deliver = async (position: number, envelope: Envelope, redeliveries: number): Promise<void> => {
      const outcome = await this.#consumed(envelope, codec, redeliveries, handle);
      if (outcome === 'later' && redeliveries < options.maxRedeliveries) {
        this.#up(() => stream.again(options.durable, position, REDELIVERY_DELAY_MS * 2 ** Math.min(redeliveries, 8)));
        return;
      }
      const eventId = `parked-${options.durable}-${String(position)}`;
      this.#up(() => {
        if (outcome !== 'done')
          this.broker.publish({ ...envelope, subject: `argosy.parked.${options.stream}`, eventId });
        stream.acknowledge(options.durable, position);
      });
    };
    const receive = (...delivery: Parameters<typeof deliver>): void => {
      const run = (): void => void deliver(...delivery);
      if (this.link === undefined) run();
      else this.link.down(run);
    };
    const close = this.#leaving(stream.join({ pattern, options, deliver: receive }));
    return { close };
  }

  async #consumed<T>(
    envelope: Envelope,
    codec: Codec<T>,
    redeliveries: number,
    handle: (message: T, context: MessageContext) => Promise<Consumed>,
  ): Promise<Consumed> {
    let message: T;
    try {
      message = codec.decode(envelope.bytes);
    } catch (error) {
      this.failures.push(error);
      return 'never';
    }
    try {
      return await handle(message, contextOf(envelope, redeliveries));
    } catch (error) {
      this.#failed(error);
      return 'later';
    }
  }

  /** Runs the handler; `done` runs in the same turn when the handler is synchronous. */
  #handled<T>(envelope: Envelope, codec: Codec<T>, handle: Handle<T>, done: () => void): void {
    const failed = (error: unknown): void => {
      this.#failed(error);
      this.#answerFault(envelope, error);
    };
    try {
      const running = handle(codec.decode(envelope.bytes), contextOf(envelope));
      if (running !== undefined) return void running.catch(failed).then(done);
    } catch (error) {
      failed(error);
    }
    done();
  }

  #failed(error: unknown): void {
    this.failures.push(error);
    // Our own bug ends a real process, so it must end the test.
    if (error instanceof InvariantViolation) {
      queueMicrotask(() => {
        throw error;
      });
    }
  }

  #answerFault({ replyTo }: Envelope, error: unknown): void {
    if (replyTo !== undefined && this.#connected) this.#send(faultEnvelope(replyTo, error));
  }

  /** `heard` is told, at the server, whether anybody listens. */
  #send(envelope: Envelope, heard?: (anybody: boolean) => void): void {
    if (!this.#connected) throw new Fault('SERVICE_UNAVAILABLE', `not connected: '${envelope.subject}' was not sent`);
    this.#up(() => {
      const anybody = this.broker.publish(envelope);
      heard?.(anybody);
    });
  }

  #up(run: () => void): void {
    if (this.link === undefined) run();
    else this.link.up(run);
  }

  #listen(listener: Pick<Listener, 'pattern' | 'group' | 'receive'>): () => void {
    return this.#leaving(this.broker.listen({ ...listener, link: this.link, reachable: () => this.#connected }));
  }

  /** Remembers how to leave until it was done. */
  #leaving(leave: () => void): () => void {
    const once = (): void => {
      this.#leaves.delete(once);
      leave();
    };
    this.#leaves.add(once);
    return once;
  }

  /** A connection far from its server has timers and a clock of its own. */
  private get timers(): Timers {
    return this.machine?.timers ?? this.broker.timers;
  }

  private get clock(): Clock {
    return this.machine?.clock ?? this.broker.clock;
  }
}

function resolveWith<T>(run: () => T, resolve: (value: T) => void, reject: (error: Error) => void): void {
  try {
    resolve(run());
  } catch (error) {
    reject(error as Error);
  }
}

function defaultBroker(): InMemoryBroker {
  const time = new ManualTime();
  return new InMemoryBroker(time.clock, time.timers);
}
