import { Fault } from '@argosy/domain';
import { connect, type Msg, type NatsConnection, nuid, type Status } from '@nats-io/transport-node';
import { subjectKind } from './bus-counters.js';
import { inboxPrefix } from './inbox.js';
import { MESSAGING_LIMITS, type Parts } from './parts.js';
import { encodeHeaders, type WireHeaders } from './wire-headers.js';

export interface NatsPlace {
  /** `nats://host:port`, several with commas between. */
  readonly servers: string;
  /** Our service: user name, connection name and inbox prefix. */
  readonly service: string;
  /** Absent only where the server has no users (tests). */
  readonly password?: string;
}

const faultOf = (subject: string, error: unknown): Fault =>
  new Fault(
    'MESSAGE_INVALID',
    `'${subject}' cannot be sent: ${error instanceof Error ? error.message : String(error)}`,
    { cause: error },
  );

/** One connection: it knows whether it is up, refuses to publish when not, and counts what the server has not confirmed. */
export class NatsLink {
  /** Unique to this connection, so that answers to an earlier life of the service go nowhere. */
  readonly inbox: string;
  readonly #refills: (() => void)[] = [];
  readonly #losses: ((fault: Fault) => void)[] = [];
  #up = true;
  #closing = false;
  #unconfirmed = 0;
  #confirming = false;
  #sinceConfirm = 0;

  private constructor(
    readonly connection: NatsConnection,
    readonly service: string,
    private readonly parts: Parts,
  ) {
    this.inbox = `${inboxPrefix(service)}.${nuid.next()}`;
    void this.#watch();
  }

  /** Waits for the first connection as long as it takes; then reconnects for ever. */
  static async open({ servers, service, password }: NatsPlace, parts: Parts): Promise<NatsLink> {
    let tries = 0;
    const connection = await connect({
      servers: servers.split(','),
      name: service,
      ...(password === undefined ? {} : { user: service, pass: password }),
      inboxPrefix: inboxPrefix(service),
      reconnect: true,
      maxReconnectAttempts: -1,
      waitOnFirstConnect: true,
      reconnectDelayHandler: () => {
        tries = Math.min(tries + 1, 10);
        const ceiling = Math.min(MESSAGING_LIMITS.reconnectDelayMs * 2 ** tries, MESSAGING_LIMITS.reconnectDelayMsMax);
        return MESSAGING_LIMITS.reconnectDelayMs + Math.trunc(parts.random.unit() * ceiling);
      },
      pingInterval: MESSAGING_LIMITS.pingIntervalMs,
      maxPingOut: MESSAGING_LIMITS.pingsUnanswered,
      noAsyncTraces: true,
    });
    const link = new NatsLink(connection, service, parts);
    link.onReconnect(() => (tries = 0));
    return link;
  }

  get up(): boolean {
    return this.#up;
  }

  onReconnect(run: () => void): void {
    this.#refills.push(run);
  }

  /** Called when the connection is lost, before it is made anew. */
  onLost(run: (fault: Fault) => void): void {
    this.#losses.push(run);
  }

  /** @throws Fault SERVICE_UNAVAILABLE, QUEUE_FULL or MESSAGE_INVALID; then nothing was sent. */
  publish(subject: string, bytes: Uint8Array, replyTo?: string, headers?: WireHeaders): void {
    if (!this.#up) throw new Fault('SERVICE_UNAVAILABLE', `not connected: '${subject}' was not sent`);
    if (bytes.byteLength > MESSAGING_LIMITS.payloadBytes) {
      throw new Fault(
        'MESSAGE_INVALID',
        `'${subject}' has ${String(bytes.byteLength)} bytes, at most ${String(MESSAGING_LIMITS.payloadBytes)}`,
      );
    }
    if (this.#unconfirmed > MESSAGING_LIMITS.unconfirmedBytes) {
      throw new Fault(
        'QUEUE_FULL',
        `the message server has not confirmed ${String(this.#unconfirmed)} bytes: '${subject}' was not sent`,
      );
    }
    this.#hand(subject, bytes, replyTo, headers);
    this.parts.counters.sent.add(subjectKind(subject));
    this.#account(bytes.byteLength + subject.length);
  }

  subscribe(pattern: string, group: string | undefined, receive: (msg: Msg) => void): () => void {
    const subscription = this.connection.subscribe(pattern, {
      ...(group === undefined ? {} : { queue: group }),
      callback: (error, msg) => {
        // The library reports a refused subscription here; it would stay deaf without a word.
        if (error !== null) this.parts.logger.error('subscription_refused', { pattern, reason: error.message });
        else receive(msg);
      },
    });
    return () => {
      if (!subscription.isClosed()) subscription.unsubscribe();
    };
  }

  /** Resolves when the server has processed everything sent before. */
  async flush(): Promise<void> {
    await this.connection.flush();
  }

  /** Resolves when the connection is closed for good, with the reason when it was not us. */
  async closed(): Promise<Error | undefined> {
    return (await this.connection.closed()) ?? undefined;
  }

  async close(): Promise<void> {
    this.#closing = true;
    // A server that goes at the same moment never confirms: the end must not wait for it.
    const flushed = this.#up ? this.connection.flush().catch(() => undefined) : Promise.resolve();
    await Promise.race([flushed, this.parts.timers.sleep(MESSAGING_LIMITS.closeWithinMs)]);
    this.#up = false;
    await this.connection.close();
  }

  #hand(subject: string, bytes: Uint8Array, replyTo: string | undefined, headers: WireHeaders | undefined): void {
    const encoded = headers === undefined ? undefined : encodeHeaders(headers);
    try {
      if (replyTo === undefined && encoded === undefined) return this.connection.publish(subject, bytes);
      this.connection.publish(subject, bytes, {
        ...(replyTo === undefined ? {} : { reply: replyTo }),
        ...(encoded === undefined ? {} : { headers: encoded }),
      });
    } catch (error) {
      throw faultOf(subject, error);
    }
  }

  /** A pong proves that the server took everything before the ping. */
  #account(bytes: number): void {
    this.#unconfirmed += bytes;
    this.#sinceConfirm += bytes;
    if (this.#sinceConfirm < MESSAGING_LIMITS.confirmEveryBytes || this.#confirming) return;
    const confirmed = this.#unconfirmed;
    this.#confirming = true;
    this.#sinceConfirm = 0;
    void this.connection.flush().then(
      () => this.#confirm(confirmed),
      () => this.#confirm(0),
    );
  }

  #confirm(bytes: number): void {
    this.#confirming = false;
    this.#unconfirmed = Math.max(0, this.#unconfirmed - bytes);
  }

  async #watch(): Promise<void> {
    for await (const status of this.connection.status()) this.#heed(status);
    this.#up = false;
  }

  #heed(status: Status): void {
    if (status.type === 'disconnect' && this.#up) {
      this.#up = false;
      this.#unconfirmed = 0;
      if (!this.#closing) this.parts.logger.warning('connection_lost', { server: status.server });
      const fault = new Fault('SERVICE_UNAVAILABLE', 'the connection to the message server was lost');
      for (const run of this.#losses) run(fault);
    }
    if (status.type === 'reconnect') {
      this.#up = true;
      this.parts.counters.reconnected();
      this.parts.logger.info('connection_restored', { server: status.server });
      for (const run of this.#refills) run();
    }
    if (status.type === 'error') this.parts.logger.error('message_server_error', { reason: status.error.message });
  }
}
