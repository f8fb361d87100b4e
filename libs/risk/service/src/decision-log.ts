import { Fault, type OrderIntent, type Timers } from '@argosy/domain';
import type { Logger } from '@argosy/platform-port';
import type { DecisionRecord, RiskStore, RiskView } from '@argosy/risk-core';
import { inputsText } from './decision-inputs.js';

const FLUSH_INTERVAL_MS = 50;
/** Small enough that writing their inputs as text does not hold up an order for long. */
const BATCH_MAX = 25;

/** A decision as it was made: the view is a value that nobody changes, so its text can wait. */
export type Decision = Omit<DecisionRecord, 'inputs'> & { readonly intent: OrderIntent; readonly view: RiskView };

/** Stores every decision, in order, a batch at a time; a full queue means that no further decision may be made. */
export class DecisionLog {
  private waiting: Decision[] = [];
  /** The batch that the store may or may not have taken. */
  private batch: readonly DecisionRecord[] | undefined;
  private flushing: Promise<void> | undefined;
  private epoch = 0;

  constructor(
    private readonly store: RiskStore,
    private readonly timers: Timers,
    private readonly logger: Logger,
    private readonly queueLimit: number,
  ) {}

  start(epoch: number): void {
    this.epoch = epoch;
    this.timers.every(FLUSH_INTERVAL_MS, () => void this.flush());
  }

  get accepting(): boolean {
    return this.waiting.length < this.queueLimit;
  }

  add(decision: Decision): void {
    this.waiting.push(decision);
  }

  /** Resolves when what was waiting at the call is stored, or the store did not take it. */
  flush(): Promise<void> {
    this.flushing ??= this.flushAll().finally(() => {
      this.flushing = undefined;
    });
    return this.flushing;
  }

  private async flushAll(): Promise<void> {
    try {
      while (this.waiting.length > 0) {
        this.batch ??= this.waiting.slice(0, BATCH_MAX).map(recordOf);
        await this.store.recordDecisions(this.batch, this.epoch);
        this.waiting = this.waiting.slice(this.batch.length);
        this.batch = undefined;
      }
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      this.logger.error('decisions_not_stored', { waiting: this.waiting.length, reason: error.message });
    }
  }
}

const recordOf = ({ intent, view, ...record }: Decision): DecisionRecord => ({
  ...record,
  inputs: inputsText(intent, view),
});
