import type { Clock, Codec, Random, Refusal, Result, Timer, Timers } from '@argosy/domain';
import {
  type ConflateOptions,
  type Consumed,
  type ConsumeOptions,
  type Logger,
  MessageBus,
  type MessageContext,
  type Metrics,
  type PublishOptions,
  type RequestOptions,
  type SubscribeOptions,
  type Subscription,
  type TraceContext,
} from '@argosy/platform-port';
import { Answers } from './answers.js';
import { BusCounters } from './bus-counters.js';
import { Delivery } from './delivery.js';
import { DurableConsumer } from './durable-consumer.js';
import { DurablePublisher } from './durable-publisher.js';
import { NatsLink, type NatsPlace } from './nats-link.js';
import { NewestDelivery } from './newest-delivery.js';
import { MESSAGING_LIMITS, type Parts } from './parts.js';
import { PendingRequests, readAnswer } from './pending-requests.js';
import { StreamKeeper } from './stream-keeper.js';
import { ensureStreams, type StreamDefinition } from './streams.js';
import { traceHeaders, type WireHeaders } from './wire-headers.js';

export interface NatsBusParts {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

const COUNTERS_FLUSH_MS = 1_000;

interface Receiver {
  readonly running: number;
  readonly stop: () => void | Promise<void>;
}

/** The fleet's wire over NATS: raw callbacks, protobuf payloads, headers only where something needs them. */
export class NatsMessageBus extends MessageBus {
  readonly #receivers = new Set<Receiver>();
  readonly #requests: PendingRequests;
  readonly #answers: Answers;
  readonly #publisher: DurablePublisher;
  readonly #flushing: Timer;
  #quiet: (() => void) | undefined;

  private constructor(
    private readonly link: NatsLink,
    private readonly parts: Parts,
  ) {
    super();
    this.#requests = new PendingRequests(link, parts);
    this.#answers = new Answers(link, parts);
    const keeper = new StreamKeeper(link, parts);
    this.#publisher = new DurablePublisher(this.#requests, parts, () => keeper.repair());
    this.#flushing = parts.timers.every(COUNTERS_FLUSH_MS, () => parts.counters.flush());
  }

  /** Connects, waiting for the server as long as it takes. @throws when the server refuses our name or password. */
  static async connect(place: NatsPlace, { metrics, ...parts }: NatsBusParts): Promise<NatsMessageBus> {
    const shared: Parts = { ...parts, logger: parts.logger.child('messaging'), counters: new BusCounters(metrics) };
    return new NatsMessageBus(await NatsLink.open(place, shared), shared);
  }

  override get connected(): boolean {
    return this.link.up;
  }

  /** Resolves when the connection has ended for good; with an error when nobody asked for that. */
  closed(): Promise<Error | undefined> {
    return this.link.closed();
  }

  override onReconnect(refill: () => void): void {
    this.link.onReconnect(refill);
  }

  /** Resolves when every subscription made so far is in force at the server. */
  async flush(): Promise<void> {
    await this.link.flush();
  }

  /** Makes the streams as defined. Only the service that writes them may (see the permissions). */
  async ensureStreams(definitions?: readonly StreamDefinition[]): Promise<void> {
    await ensureStreams(this.link.connection, definitions);
  }

  override publish<T>(subject: string, codec: Codec<T>, message: T, options?: PublishOptions): void {
    const bytes = codec.encode(message);
    if (options === undefined) return this.link.publish(subject, bytes);
    this.link.publish(subject, bytes, options.replyTo, headersOf(options));
  }

  override async request<Q, R>(
    subject: string,
    ask: Codec<Q>,
    answer: Codec<R>,
    message: Q,
    { trace, timeoutMs }: RequestOptions,
  ): Promise<Result<R, Refusal>> {
    const headers: WireHeaders = { ...traceHeaders(trace), deadline: this.#requests.deadline(timeoutMs) };
    return readAnswer(await this.#requests.ask(subject, ask.encode(message), headers, timeoutMs), answer);
  }

  override reply<R>(replyTo: string, codec: Codec<R>, result: Result<R, Refusal>, trace?: TraceContext): void {
    this.#answers.reply(replyTo, codec, result, trace);
  }

  override subscribe<T>(
    pattern: string,
    codec: Codec<T>,
    options: SubscribeOptions,
    handle: (message: T, context: MessageContext) => void | Promise<void>,
  ): Subscription {
    const delivery = new Delivery(pattern, codec, options, handle, this.#answers, this.parts, this.#settled);
    const unsubscribe = this.link.subscribe(pattern, options.group, delivery.receive);
    return this.#register({
      get running() {
        return delivery.running;
      },
      stop: () => {
        unsubscribe();
        delivery.close();
      },
    });
  }

  override subscribeNewest<T>(
    pattern: string,
    codec: Codec<T>,
    options: ConflateOptions,
    handle: (message: T, context: MessageContext) => void,
  ): Subscription {
    const delivery = new NewestDelivery(pattern, codec, options, handle, this.parts);
    const unsubscribe = this.link.subscribe(pattern, undefined, delivery.receive);
    return this.#register({
      running: 0,
      stop: () => {
        unsubscribe();
        delivery.close();
      },
    });
  }

  /** As the port says; without a deadline of the caller's, the stream has ten seconds to take the event. */
  override async publishDurable<T>(
    subject: string,
    codec: Codec<T>,
    message: T,
    options: PublishOptions & { readonly eventId: string },
  ): Promise<void> {
    const nowMs = Number(this.parts.clock.now() / 1_000_000n);
    const withinMs = options.deadlineMs === undefined ? MESSAGING_LIMITS.storeWithinMs : options.deadlineMs - nowMs;
    const headers: WireHeaders = { ...traceHeaders(options.trace), eventId: options.eventId };
    await this.#publisher.store(subject, codec.encode(message), headers, withinMs);
  }

  override async consume<T>(
    pattern: string,
    codec: Codec<T>,
    options: ConsumeOptions,
    handle: (message: T, context: MessageContext) => Promise<Consumed>,
  ): Promise<Subscription> {
    const consumer = new DurableConsumer(
      this.link,
      pattern,
      codec,
      options,
      handle,
      this.#publisher,
      this.parts,
      this.#settled,
    );
    await consumer.start();
    return this.#register({
      get running() {
        return consumer.running;
      },
      stop: () => consumer.close(),
    });
  }

  /** Takes nothing new, lets running handlers finish (at most five seconds), sends what they said, and ends. */
  async close(): Promise<void> {
    for (const receiver of this.#receivers) await receiver.stop();
    await this.#finished();
    this.#flushing.cancel();
    this.parts.counters.flush();
    await this.link.close();
  }

  #register(receiver: Receiver): Subscription {
    this.#receivers.add(receiver);
    return {
      close: () => {
        void receiver.stop();
        if (receiver.running === 0) this.#receivers.delete(receiver);
      },
    };
  }

  readonly #settled = (): void => {
    if (this.#running() === 0) this.#quiet?.();
  };

  #running(): number {
    let running = 0;
    for (const receiver of this.#receivers) running += receiver.running;
    return running;
  }

  #finished(): Promise<void> {
    if (this.#running() === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = this.parts.timers.after(MESSAGING_LIMITS.drainWithinMs, () => {
        this.parts.logger.warning('drain_incomplete', { running: this.#running() });
        resolve();
      });
      this.#quiet = () => {
        timer.cancel();
        resolve();
      };
    });
  }
}

function headersOf({ trace, eventId, deadlineMs }: PublishOptions): WireHeaders | undefined {
  if (eventId === undefined && deadlineMs === undefined && (trace === undefined || trace.traceparent === ''))
    return undefined;
  return {
    ...traceHeaders(trace),
    ...(eventId === undefined ? {} : { eventId }),
    ...(deadlineMs === undefined ? {} : { deadline: String(deadlineMs) }),
  };
}
