import { type AccountId, type Clock, Fault, type Timer, type Timers } from '@argosy/domain';
import { accountEventCodec } from '@argosy/contracts';
import type { JournalEvent, OrderJournal } from '@argosy/execution-core';
import type { Codec, Logger, MessageBus } from '@argosy/platform-port';

const PAGE = 256;
const RETRY_DELAY_MS = 200;
const WATERMARK_INTERVAL_MS = 1_000;
/** Events held in memory; beyond it they are read from the journal again when the bus is back. */
const QUEUE_LIMIT = 4_096;
/** How long a clean end waits for what is still going out; the rest goes out after the next start. */
const STOP_PATIENCE_MS = 1_000;

/** The journal holds encoded events: publishing them again must not change a byte. */
const encodedEvent: Codec<Uint8Array> = {
  name: accountEventCodec.name,
  encode: (bytes) => bytes,
  decode: (bytes) => bytes,
};

/**
 * Publishes durable events in sequence, each at least once: what a crash or a broken connection leaves unpublished is read
 * again from the journal, which is the outbox (I-44, I-45). Consumers drop repeats by event id.
 */
export class EventPublisher {
  private queue: JournalEvent[] = [];
  private published: bigint;
  private stored: bigint;
  private behind = false;
  private running: Promise<void> | undefined;
  private stopped = false;
  /** Since when the stream has taken nothing of what it was given. */
  private stuckSinceMs: number | undefined;
  private readonly watermark: Timer;

  constructor(
    private readonly accountId: AccountId,
    publishedSequence: bigint,
    private readonly journal: OrderJournal,
    private readonly bus: MessageBus,
    private readonly clock: Clock,
    private readonly timers: Timers,
    private readonly logger: Logger,
  ) {
    this.published = publishedSequence;
    this.stored = publishedSequence;
    this.watermark = timers.every(WATERMARK_INTERVAL_MS, () => void this.storeWatermark());
  }

  /** Everything the journal holds beyond the watermark goes out first, then what becomes durable, in one sequence. */
  start(): void {
    this.behind = true;
    this.run();
  }

  /** How long the stream has taken nothing, ms; 0 while nothing waits for it. */
  get stuckForMs(): number {
    return this.stuckSinceMs === undefined ? 0 : this.clock.monotonicMs() - this.stuckSinceMs;
  }

  /** Events that have just become durable, in sequence. */
  offer(events: readonly JournalEvent[]): void {
    if (this.queue.length + events.length > QUEUE_LIMIT) {
      this.behind = true;
      this.queue = [];
    } else if (!this.behind) {
      this.queue.push(...events);
    }
    this.run();
  }

  async stop(): Promise<void> {
    await Promise.race([this.running, this.timers.sleep(STOP_PATIENCE_MS)]);
    this.stopped = true;
    this.watermark.cancel();
    await this.storeWatermark();
  }

  /** One loop only: two would publish out of order. */
  private run(): void {
    if (this.behind || this.queue.length > 0) this.running ??= this.drain();
  }

  private async drain(): Promise<void> {
    await answersGone();
    while ((this.behind || this.queue.length > 0) && !this.stopped) {
      if (this.behind) {
        // What becomes durable from here on is queued again: nothing lies between the journal's last page and the queue.
        this.behind = false;
        await this.catchUp();
        continue;
      }
      const events = this.queue;
      this.queue = [];
      await this.publishAll(events.filter(({ sequence }) => sequence > this.published));
    }
    this.running = undefined;
  }

  private async catchUp(): Promise<void> {
    while (!this.stopped) {
      const page = await this.page();
      if (page === undefined) continue;
      if (page.length === 0) return;
      await this.publishAll(page);
    }
  }

  /** Undefined after a rest, when the journal did not answer. */
  private async page(): Promise<readonly JournalEvent[] | undefined> {
    try {
      return await this.journal.events(this.accountId, this.published + 1n, PAGE);
    } catch (error) {
      await this.rest(error);
      return undefined;
    }
  }

  /** All together, so that a stream's slow acknowledgement costs one wait; again from the first that failed. */
  private async publishAll(events: readonly JournalEvent[]): Promise<void> {
    let left = events;
    while (left.length > 0 && !this.stopped) {
      this.stuckSinceMs ??= this.clock.monotonicMs();
      const outcomes = await Promise.allSettled(left.map((event) => this.publish(event)));
      const failed = outcomes.findIndex(({ status }) => status === 'rejected');
      const done = failed === -1 ? left.length : failed;
      if (done > 0) this.stuckSinceMs = undefined;
      this.published = left[done - 1]?.sequence ?? this.published;
      left = left.slice(done);
      const outcome = outcomes[failed];
      if (outcome?.status === 'rejected') await this.rest(outcome.reason);
    }
  }

  private async rest(reason: unknown): Promise<void> {
    if (!(reason instanceof Fault)) throw reason;
    this.logger.warning('publish_delayed', { account: this.accountId, reason: reason.message });
    await this.timers.sleep(RETRY_DELAY_MS);
  }

  private async publish(event: JournalEvent): Promise<void> {
    const trace = event.traceparent === '' ? {} : { trace: { traceparent: event.traceparent } };
    await this.bus.publishDurable(event.subject, encodedEvent, event.payload, { eventId: event.eventId, ...trace });
  }

  private async storeWatermark(): Promise<void> {
    if (this.stored === this.published) return;
    const reached = this.published;
    try {
      await this.journal.markPublished(this.accountId, reached);
      this.stored = reached;
    } catch (error) {
      // The watermark only saves repeats: the next tick tries again.
      if (!(error instanceof Fault)) throw error;
    }
  }
}

/** Turns of the microtask queue within which whoever waited for a commit has written to its socket and answered. */
const ANSWER_TURNS = 24;

/** The commit's own waiters go first: an order's send and its answer are the hot path, telling the fleet comes after. */
async function answersGone(): Promise<void> {
  for (let turn = 0; turn < ANSWER_TURNS; turn += 1) await Promise.resolve();
}
