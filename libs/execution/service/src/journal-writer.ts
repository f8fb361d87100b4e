import { Fault, type AccountId } from '@argosy/domain';
import type { Timers } from '@argosy/domain';
import type { JournalBatch, JournalEvent, OrderJournal } from '@argosy/execution-core';
import type { Logger } from '@argosy/platform-port';

/** One thing to be made durable; parts of one entry are never split over two transactions. */
export type JournalEntry = Partial<Pick<JournalBatch, 'intents' | 'orders' | 'fills' | 'fundings' | 'events'>>;

const RETRY_DELAY_MS = 100;

interface Waiting {
  readonly entry: JournalEntry;
  readonly resolve: () => void;
  readonly reject: (fault: Fault) => void;
}

/**
 * Group commit for one account: what arrives while a transaction runs goes together into the next one, in order. A store
 * that does not answer is asked again with the same batch, which is idempotent by sequence; nothing is ever skipped.
 */
export class JournalWriter {
  private waiting: Waiting[] = [];
  private running: Promise<void> | undefined;
  private failing = false;

  constructor(
    private readonly account: { readonly accountId: AccountId; readonly epoch: number },
    private readonly journal: OrderJournal,
    private readonly timers: Timers,
    private readonly logger: Logger,
    private readonly options: JournalWriterOptions,
  ) {}

  /** False while the store does not answer or too much is waiting: no new order may be taken on. */
  get accepting(): boolean {
    return !this.failing && this.waiting.length < this.options.queueLimit;
  }

  /** Resolves when this entry, and all before it, are durable. Faults: STALE_EPOCH when another process leads. */
  write(entry: JournalEntry): Promise<void> {
    const durable = new Promise<void>((resolve, reject) => {
      this.waiting.push({ entry, resolve, reject });
    });
    this.running ??= this.drain();
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
      const batch = this.merge(taken.map(({ entry }) => entry));
      const stale = await this.persist(batch);
      if (stale !== undefined) {
        for (const { reject } of taken) reject(stale);
        this.options.onStaleEpoch(stale);
        continue;
      }
      for (const { resolve } of taken) resolve();
      this.options.onDurable(batch.events);
    }
    this.running = undefined;
  }

  /** The fault that ends this leadership, or undefined once the batch is durable. */
  private async persist(batch: JournalBatch): Promise<Fault | undefined> {
    for (;;) {
      try {
        await this.journal.write(batch);
        this.failing = false;
        return undefined;
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
        if (error.code === 'STALE_EPOCH') return error;
        if (!this.failing) this.logger.error('journal_unavailable', { reason: error.message });
        this.failing = true;
        await this.timers.sleep(RETRY_DELAY_MS);
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

export interface JournalWriterOptions {
  readonly queueLimit: number;
  readonly onDurable: (events: readonly JournalEvent[]) => void;
  readonly onStaleEpoch: (fault: Fault) => void;
}
