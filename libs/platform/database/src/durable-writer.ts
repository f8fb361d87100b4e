import { Fault } from '@argosy/domain';
import type { Database, SqlExecutor } from './database.js';
import { troubleOf } from './sql-error.js';

export interface DurableWriterLimits {
  /** Items waiting for their transaction; one more is a Fault QUEUE_FULL. */
  readonly queueMax: number;
  /** Items in one transaction. */
  readonly batchMax: number;
}

interface Waiting<Item> {
  readonly item: Item;
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

/**
 * Group commit: what is asked for while one transaction runs goes into the next, so that a burst costs one commit and
 * not one each. `save` writes a whole batch, set-based, and is the only thing that runs in the transaction.
 */
export class DurableWriter<Item> {
  readonly #queue: Waiting<Item>[] = [];
  #running: Promise<void> | undefined;

  constructor(
    private readonly database: Pick<Database, 'transaction'>,
    private readonly save: (sql: SqlExecutor, items: readonly Item[]) => Promise<void>,
    private readonly limits: DurableWriterLimits,
  ) {}

  /**
   * Resolves when the item survives a crash. Items are written in the order of the calls. When one item of a batch is
   * refused, the batch is written again one by one, so that only that item fails.
   * Faults: QUEUE_FULL (nothing written), STORE_UNAVAILABLE (may have been written).
   */
  async write(item: Item): Promise<void> {
    if (this.#queue.length >= this.limits.queueMax) {
      throw new Fault('QUEUE_FULL', `${String(this.#queue.length)} of ${String(this.limits.queueMax)} writes wait`);
    }
    return new Promise<void>((done, failed) => {
      this.#queue.push({ item, done, failed });
      this.#running ??= this.drain();
    });
  }

  get waiting(): number {
    return this.#queue.length;
  }

  /** Resolves when everything asked for so far is written or has failed. */
  async flush(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  private async drain(): Promise<void> {
    // One turn later, so that everything asked for in this turn shares the first commit.
    await Promise.resolve();
    while (this.#queue.length > 0) await this.saveBatch(this.#queue.splice(0, this.limits.batchMax));
    this.#running = undefined;
  }

  private async saveBatch(batch: readonly Waiting<Item>[]): Promise<void> {
    try {
      await this.database.transaction((sql) =>
        this.save(
          sql,
          batch.map(({ item }) => item),
        ),
      );
      for (const { done } of batch) done();
    } catch (error) {
      const isRefused = !(error instanceof Fault) && troubleOf(error) === 'refused';
      if (batch.length === 1 || !isRefused) for (const { failed } of batch) failed(error);
      else for (const one of batch) await this.saveBatch([one]);
    }
  }
}
