import { Fault, ok, type Refusal, refusal, refused, type Result, type Timers } from '@argosy/domain';
import type { KillLatch, KillLift, OrderJournal } from '@argosy/execution-core';
import type { TradingGate } from './trading-gate.js';

const READ_RETRY_MS = 200;

/**
 * Makes a kill outlive this process (I-12). Kills and resumes reach the journal one after the other, in the order in
 * which they came; a kill that the journal did not take is offered again until it does.
 */
export class KillLatchKeeper {
  private turn: Promise<unknown> = Promise.resolve();
  private unstored: KillLatch | undefined;
  private storing = false;

  constructor(
    private readonly journal: OrderJournal,
    private readonly gate: TradingGate,
    private readonly timers: Timers,
  ) {}

  /** Asks the journal until it answers: a latch that cannot be read keeps the gate closed (I-13). */
  async read(): Promise<KillLatch | undefined> {
    for (;;) {
      try {
        const { timesShut } = this.gate;
        const latch = (await this.journal.killLatch()) ?? this.unstored;
        this.gate.latchRead(latch !== undefined, timesShut);
        return latch;
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
        await this.timers.sleep(READ_RETRY_MS);
      }
    }
  }

  /** The gate is shut already. Refused while the journal does not answer: the kill holds, but only in this process. */
  async latch(latch: KillLatch): Promise<Result<KillLatch, Refusal>> {
    // The newest: an older one that is on its way is not lost by it, and a resume between the two lifts only the older.
    this.unstored = latch;
    try {
      return ok(await this.store());
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      const why = 'the gate is shut and cancels are sent, but the latch is not stored yet; it is tried again';
      return refused(refusal('service_degraded', { store: 'execution', why, reason: error.message }));
    }
  }

  /** What waits for the journal was lifted by a person, whom another process has heard. */
  forget(): void {
    this.unstored = undefined;
  }

  /** Nothing waits for the journal. */
  get stored(): boolean {
    return this.unstored === undefined;
  }

  /** Offers what the journal has not taken; called from time to time. */
  keep(): void {
    if (this.unstored === undefined || this.storing) return;
    this.store().catch((error: unknown) => {
      if (!(error instanceof Fault)) throw error;
    });
  }

  /** Lifts the kills that came before this call; one that comes meanwhile wins. */
  async lift(by: KillLift): Promise<Result<undefined, Refusal>> {
    const { timesShut } = this.gate;
    const meant = this.unstored;
    try {
      await this.inTurn(() => this.journal.liftKill(by));
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      if (error.code === 'STALE_EPOCH') return refused(refusal('not_leader', { why: error.message }));
      return refused(refusal('service_degraded', { store: 'execution', reason: error.message }));
    }
    if (!this.gate.lift(timesShut)) return refused(refusal('kill_switch_active', { why: 'killed while resuming' }));
    if (this.unstored === meant) this.unstored = undefined;
    return ok(undefined);
  }

  private async store(): Promise<KillLatch> {
    this.storing = true;
    try {
      return await this.inTurn(async () => {
        const latch = this.unstored;
        if (latch === undefined) return this.kept();
        const kept = await this.journal.latchKill(latch);
        if (this.unstored === latch) this.unstored = undefined;
        return kept;
      });
    } finally {
      this.storing = false;
    }
  }

  /** A kill just before this one was stored for both. */
  private async kept(): Promise<KillLatch> {
    const kept = await this.journal.killLatch();
    if (kept === undefined) throw new Fault('STORE_UNAVAILABLE', 'the latch was lifted meanwhile');
    return kept;
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.turn.then(work, work);
    this.turn = mine.catch(() => undefined);
    return mine;
  }
}
