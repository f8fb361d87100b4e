import type { Codec, Logger, MessageBus } from '@argosy/platform-port';
import type { Timer, Timers } from '@argosy/domain';
import { markPublished, waitingInOutbox, type WaitingMessage } from './outbox.js';
import type { SqlExecutor } from './database.js';

const BATCH_MAX = 256;
/** A writer wakes the publisher; this is for what was written by a process that died before it could. */
const POLL_INTERVAL_MS = 1_000;
const RETRY_MS_MAX = 5_000;

/** The outbox holds encoded messages: publishing one again must not change a byte. */
const encoded: Codec<Uint8Array> = { name: 'outbox', encode: (bytes) => bytes, decode: (bytes) => bytes };

/**
 * Sends what the outbox holds: in order within a stream, at least once, streams side by side. A message is marked
 * only when the durable stream has it, so a crash between the two repeats it under the same event id.
 */
export class OutboxPublisher {
  #timer: Timer | undefined;
  #running: Promise<void> | undefined;
  #isStopped = false;
  #isWoken = false;
  #failures = 0;

  constructor(
    private readonly sql: SqlExecutor,
    private readonly schema: string,
    private readonly bus: MessageBus,
    private readonly timers: Timers,
    private readonly logger: Logger,
  ) {}

  start(): void {
    this.#isStopped = false;
    this.wake();
  }

  /** Tells that something was committed; cheap, also when called for every commit. */
  wake(): void {
    this.#isWoken = true;
    if (this.#isStopped) return;
    this.#running ??= this.run();
  }

  /** Finishes the batch at hand; what remains is sent by whoever starts next. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#timer?.cancel();
    await this.#running;
  }

  private async run(): Promise<void> {
    this.#timer?.cancel();
    while (this.#isWoken && !this.#isStopped) {
      this.#isWoken = false;
      if (!(await this.publishAll())) break;
    }
    this.#running = undefined;
    if (!this.#isStopped) this.#timer = this.timers.after(this.pauseMs(), () => this.wake());
  }

  private pauseMs(): number {
    return this.#failures === 0 ? POLL_INTERVAL_MS : Math.min(100 * 2 ** this.#failures, RETRY_MS_MAX);
  }

  /** False when something could not be sent or read; it is tried again after a pause. */
  private async publishAll(): Promise<boolean> {
    try {
      for (;;) {
        const batch = await waitingInOutbox(this.sql, this.schema, BATCH_MAX);
        if (batch.length === 0) break;
        await this.publishBatch(batch);
        if (this.#isStopped || batch.length < BATCH_MAX) break;
      }
      this.#failures = 0;
      return true;
    } catch (error) {
      this.#failures = Math.min(this.#failures + 1, 10);
      this.logger.warning('outbox_waits', { schema: this.schema, error });
      return false;
    }
  }

  private async publishBatch(batch: readonly WaitingMessage[]): Promise<void> {
    const streams = new Map<string, WaitingMessage[]>();
    for (const message of batch) streams.set(message.stream, [...(streams.get(message.stream) ?? []), message]);
    const sent: string[] = [];
    const results = await Promise.allSettled(
      [...streams.values()].map((messages) => this.publishStream(messages, sent)),
    );
    if (sent.length > 0) await markPublished(this.sql, this.schema, sent);
    const failed = results.find((result) => result.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }

  /** Ends at the first message that cannot be sent: the next one of its stream must not overtake it. */
  private async publishStream(messages: readonly WaitingMessage[], sent: string[]): Promise<void> {
    for (const { subject, payload, eventId, traceparent } of messages) {
      const trace = traceparent === '' ? {} : { trace: { traceparent } };
      await this.bus.publishDurable(subject, encoded, payload, { eventId, ...trace });
      sent.push(eventId);
    }
  }
}
