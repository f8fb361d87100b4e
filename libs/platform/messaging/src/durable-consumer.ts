import type { Codec } from '@argosy/domain';
import type { Consumed, ConsumeOptions, MessageContext } from '@argosy/platform-port';
import { AckPolicy, type ConsumerMessages, DeliverPolicy, jetstreamManager, type JsMsg } from '@nats-io/jetstream';
import { readContext } from './message-context.js';
import type { NatsLink } from './nats-link.js';
import { MESSAGING_LIMITS, type Parts } from './parts.js';
import type { DurablePublisher } from './durable-publisher.js';
import { parkedSubject } from './streams.js';
import { Trouble } from './trouble.js';
import { headersOf, type WireHeaders } from './wire-headers.js';

type Handle<T> = (message: T, context: MessageContext) => Promise<Consumed>;

const redeliveryDelayMs = (redeliveries: number): number =>
  Math.min(MESSAGING_LIMITS.redeliveryDelayMs * 2 ** Math.min(redeliveries, 20), MESSAGING_LIMITS.redeliveryDelayMsMax);

/** The library closes its subscription without draining it and offers no other way to reach it. */
const subscriptionOf = (messages: ConsumerMessages | undefined): { drain(): Promise<void> } | undefined =>
  (messages as unknown as { sub?: { drain(): Promise<void> } } | undefined)?.sub;

/** What the library tells when the server does not know our durable any more; it would only wait. */
const FORGOTTEN: ReadonlySet<string> = new Set(['consumer_deleted', 'consumer_not_found', 'stream_not_found']);

/** One durable's messages: started in stream order, up to `maxInFlight` at a time, each acknowledged by its outcome. */
export class DurableConsumer<T> {
  readonly #trouble: Trouble;
  #messages: ConsumerMessages | undefined;
  #running = 0;
  #closed = false;

  constructor(
    private readonly link: NatsLink,
    private readonly pattern: string,
    private readonly codec: Codec<T>,
    private readonly options: ConsumeOptions,
    private readonly handle: Handle<T>,
    private readonly publisher: DurablePublisher,
    private readonly parts: Parts,
    private readonly settled: () => void,
  ) {
    this.#trouble = new Trouble(pattern, parts);
  }

  get running(): number {
    return this.#running;
  }

  /** Resolves when messages flow. Faults: as the server refuses, for one that has no such stream. */
  async start(): Promise<void> {
    const { stream, durable, maxInFlight } = this.options;
    const manager = await jetstreamManager(this.link.connection, { checkAPI: false });
    await manager.consumers.add(stream, {
      durable_name: durable,
      filter_subject: this.pattern,
      ack_policy: AckPolicy.Explicit,
      deliver_policy: DeliverPolicy.All,
      ack_wait: MESSAGING_LIMITS.acknowledgeWithinMs * 1_000_000,
      max_ack_pending: maxInFlight,
      // The server would drop a message silently at its own limit; ours parks it.
      max_deliver: -1,
    });
    const consumer = await manager.jetstream().consumers.get(stream, durable);
    const messages = await consumer.consume({
      max_messages: maxInFlight,
      callback: (message) => void this.#take(message),
    });
    this.#messages = messages;
    if (this.#closed) await messages.close();
    void this.#startAgainWhenForgotten(messages);
  }

  /** A server that lost its volume forgot how far we were: its new stream is taken from the beginning (I-45). */
  async #startAgainWhenForgotten(messages: ConsumerMessages): Promise<void> {
    for await (const { type } of messages.status()) if (FORGOTTEN.has(type)) break;
    if (this.#closed) return;
    const { stream, durable } = this.options;
    this.parts.logger.critical('consumer_forgotten', { stream, durable });
    await messages.close();
    while (!this.#closed) {
      try {
        await this.start();
        this.parts.logger.info('consumer_made_again', { stream, durable });
        return;
      } catch {
        // Its owner makes the stream again, and there may be no server at the moment.
        await this.parts.timers.sleep(MESSAGING_LIMITS.repairEveryMs);
      }
    }
  }

  /** What the server sends until it has heard of the end goes back; lost, it would come again only after half a minute. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    if (this.link.up)
      await subscriptionOf(this.#messages)
        ?.drain()
        .catch(() => undefined);
    await this.#messages?.close();
  }

  async #take(message: JsMsg): Promise<void> {
    // With a pause, or the server would send it to us again before it has heard of the end.
    if (this.#closed) {
      message.nak(MESSAGING_LIMITS.redeliveryDelayMs);
      return;
    }
    this.#running += 1;
    try {
      await this.#settle(message, message.info.deliveryCount - 1);
    } catch (error) {
      // Only the acknowledgement can fail here, on a closed connection: the message comes again to whoever is next.
      this.parts.logger.warning('acknowledgement_not_sent', { subject: message.subject, reason: String(error) });
    } finally {
      this.#running -= 1;
      this.settled();
    }
  }

  async #settle(message: JsMsg, redeliveries: number): Promise<void> {
    this.parts.counters.received.add('evt');
    if (redeliveries > 0) this.parts.counters.redelivered(this.options.stream);
    // A process that dies on a message never gets as far as an outcome; the count of its deliveries is the proof.
    if (redeliveries > this.options.maxRedeliveries)
      return this.#park(message, 'delivered too often without an outcome');
    const [outcome, reason] = await this.#outcome(message, redeliveries);
    if (outcome === 'done') {
      message.ack();
      return;
    }
    if (outcome === 'never') return this.#park(message, reason);
    if (redeliveries >= this.options.maxRedeliveries)
      return this.#park(message, `asked for again too often: ${reason}`);
    message.nak(redeliveryDelayMs(redeliveries));
  }

  async #outcome(message: JsMsg, redeliveries: number): Promise<readonly [Consumed, reason: string]> {
    let decoded: T;
    let context: MessageContext;
    try {
      context = readContext(message.subject, '', headersOf(message), redeliveries);
      decoded = this.codec.decode(message.data);
    } catch (error) {
      this.#trouble.invalid(message.subject, error);
      return ['never', 'not a readable message'];
    }
    try {
      return [await this.handle(decoded, context), 'the handler said so'];
    } catch (error) {
      this.#trouble.failed(message.subject, error);
      return ['later', 'the handler failed'];
    }
  }

  /** The message leaves the stream's queue only when its copy is safe. */
  async #park(message: JsMsg, reason: string): Promise<void> {
    const { stream, durable } = this.options;
    const headers: WireHeaders = {
      eventId: `parked-${durable}-${String(message.seq)}`,
      parkedSubject: message.subject,
      parkedBy: durable,
      parkedReason: reason,
    };
    try {
      await this.publisher.store(parkedSubject(stream), message.data, headers, MESSAGING_LIMITS.storeWithinMs);
    } catch {
      message.nak(MESSAGING_LIMITS.redeliveryDelayMsMax);
      return;
    }
    message.term(reason);
    this.parts.counters.parked(stream);
    this.parts.logger.critical('event_parked', {
      stream,
      durable,
      subject: message.subject,
      sequence: message.seq,
      reason,
    });
  }
}
