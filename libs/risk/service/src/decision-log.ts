import { Fault, type Timers } from '@argosy/domain';
import type { Logger } from '@argosy/platform-port';
import type { DecisionRecord, RiskStore } from '@argosy/risk-core';

const FLUSH_INTERVAL_MS = 50;
const BATCH_MAX = 500;

/** Stores every decision, in order, a batch at a time; a full queue means that no further decision may be made. */
export class DecisionLog {
  private waiting: DecisionRecord[] = [];
  private flushing = false;

  constructor(
    private readonly store: RiskStore,
    private readonly timers: Timers,
    private readonly logger: Logger,
    private readonly queueLimit: number,
  ) {}

  start(): void {
    this.timers.every(FLUSH_INTERVAL_MS, () => void this.flush());
  }

  get accepting(): boolean {
    return this.waiting.length < this.queueLimit;
  }

  add(decision: DecisionRecord): void {
    this.waiting.push(decision);
  }

  /** Resolves when what was waiting at the call is stored, or the store did not take it. */
  async flush(): Promise<void> {
    if (this.flushing) return;
    this.flushing = true;
    try {
      while (this.waiting.length > 0) {
        const batch = this.waiting.slice(0, BATCH_MAX);
        await this.store.recordDecisions(batch);
        this.waiting = this.waiting.slice(batch.length);
      }
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      this.logger.error('decisions_not_stored', { waiting: this.waiting.length, reason: error.message });
    } finally {
      this.flushing = false;
    }
  }
}
