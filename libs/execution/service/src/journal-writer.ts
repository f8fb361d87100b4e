import { type AccountId, type Clock, Fault, type Timers } from '@argosy/domain';
import { type JournalBatch, type JournalEvent, type OrderJournal, RequestsPlacedBefore } from '@argosy/execution-core';
import type { Logger } from '@argosy/platform-port';

/** One thing to be made durable; parts of one entry are never split over two transactions. */
export type JournalEntry = Partial<Pick<JournalBatch, 'intents' | 'orders' | 'fills' | 'fundings' | 'events'>>;

const RETRY_DELAY_MS = 100;
/** A transaction that runs longer than this is a journal that does not answer: no order is taken on behind it. */
const BUSY_MS_MAX = 1_000;

interface Waiting {
  readonly entry: JournalEntry;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

export interface JournalWriterOptions {
  readonly queueLimit: number;
  readonly onDurable: (events: readonly JournalEvent[]) => void;
  readonly onStaleEpoch: (fault: Fault) => void;
}

export interface JournalWriterPorts {
  readonly journal: OrderJournal;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly logger: Logger;
}

/**
 * Group commit for one account: what arrives while a transaction runs goes together into the next one, in order. A store
 * that does not answer is asked again with the same batch, which is idempotent by sequence; nothing is ever skipped.
 */
export class JournalWriter {
  private waiting: Waiting[] = [];
  private running: Promise<void> | undefined;
  private runningSinceMs = 0;
  private failing = false;
  /** Why nothing will ever be written again: another leader, or a bug of ours. */
  private ended: Error | undefined;

  constructor(
    private readonly account: { readonly accountId: AccountId; readonly epoch: number },
    private readonly ports: JournalWriterPorts,
    private readonly options: JournalWriterOptions,
  ) {}

  /** False while the store does not answer or too much is waiting: no new order may be taken on. */
  get accepting(): boolean {
    if (this.failing || this.ended !== undefined || this.waiting.length >= this.options.queueLimit) return false;
    return this.running === undefined || this.ports.clock.monotonicMs() - this.runningSinceMs <= BUSY_MS_MAX;
  }

  /**
   * Resolves when this entry, and all before it, are durable. Rejects with REQUEST_REPEATED when its intent repeats a
   * request of the past: then all but the intent is durable, since what came after counts on its event. Rejects with
   * STALE_EPOCH when another process leads, and with an InvariantViolation when the store refuses what we wrote; both have
   * ended this writer.
   */
  write(entry: JournalEntry): Promise<void> {
    const durable =
      this.ended === undefined
        ? new Promise<void>((resolve, reject) => {
            this.waiting.push({ entry, resolve, reject });
          })
        : Promise.reject(this.ended);
    // Whoever does not wait for durability is told by `onStaleEpoch`, or by the end of the process, and not by a rejection.
    durable.catch(() => undefined);
    if (this.ended === undefined) this.running ??= this.drain();
    return durable;
  }

  /** Resolves when nothing is waiting. */
  async flush(): Promise<void> {
    await this.running;
  }

  private async drain(): Promise<void> {
    while (this.waiting.length > 0) {
      const taken = this.waiting;
      this.waiting = [];
      this.runningSinceMs = this.ports.clock.monotonicMs();
      const batch = this.merge(taken.map(({ entry }) => entry));
      const end = await this.persist(batch);
      if (end !== undefined && !(end instanceof RequestsPlacedBefore)) {
        this.end(end, taken);
        return;
      }
      for (const { entry, resolve, reject } of taken) {
        if (end !== undefined && entry.intents?.some((intent) => end.firsts.has(intent.clientOrderId)) === true)
          reject(end);
        else resolve();
      }
      this.options.onDurable(batch.events);
    }
    this.running = undefined;
  }

  /** Nobody may hang on a writer that has stopped; a bug of ours goes on as an uncaught error and ends the process. */
  private end(error: Error, taken: readonly Waiting[]): void {
    this.ended = error;
    const left = [...taken, ...this.waiting];
    this.waiting = [];
    this.running = undefined;
    for (const { reject } of left) reject(error);
    if (!(error instanceof Fault)) throw error;
    this.options.onStaleEpoch(error);
  }

  /** What ends this writer, or which intents were left out, or undefined: then the whole batch is durable. */
  private async persist(batch: JournalBatch): Promise<Error | undefined> {
    let repeats: RequestsPlacedBefore | undefined;
    for (;;) {
      try {
        const { firsts } = repeats ?? {};
        const intents = batch.intents.filter((intent) => firsts?.has(intent.clientOrderId) !== true);
        await this.ports.journal.write(firsts === undefined ? batch : { ...batch, intents });
        this.failing = false;
        return repeats;
      } catch (error) {
        if (error instanceof RequestsPlacedBefore && repeats === undefined) {
          repeats = error;
          continue;
        }
        if (!(error instanceof Fault)) return error instanceof Error ? error : new Error(String(error));
        if (error.code === 'STALE_EPOCH') return error;
        if (!this.failing) this.ports.logger.error('journal_unavailable', { reason: error.message });
        this.failing = true;
        await this.ports.timers.sleep(RETRY_DELAY_MS);
      }
    }
  }

  private merge(entries: readonly JournalEntry[]): JournalBatch {
    const orders = new Map(entries.flatMap((entry) => entry.orders ?? []).map((order) => [order.clientOrderId, order]));
    return {
      ...this.account,
      intents: entries.flatMap((entry) => entry.intents ?? []),
      orders: [...orders.values()],
      fills: entries.flatMap((entry) => entry.fills ?? []),
      fundings: entries.flatMap((entry) => entry.fundings ?? []),
      events: entries.flatMap((entry) => entry.events ?? []),
    };
  }
}
