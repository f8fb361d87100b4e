import { Fault, type Timers } from '@argosy/domain';
import { type Hold, type LeaseRows, LeaseStore, type TakeRequest } from './lease-store.port.js';

/** How the way to the store is at the moment; changed while it is in use. */
export interface LeaseLink {
  /** Nothing arrives and nothing comes back: each question fails after the limit. */
  isCut: boolean;
  /** Questions arrive and are obeyed, answers do not come back: also a COMMIT whose answer is lost. */
  losesAnswers: boolean;
  requestDelayMs: number;
  answerDelayMs: number;
}

export const aClearLink = (): LeaseLink => ({ isCut: false, losesAnswers: false, requestDelayMs: 0, answerDelayMs: 0 });

/** One candidate's way to a store, which can be slow, cut, or lose what comes back. For simulation and specs. */
export class LossyLeaseStore extends LeaseStore {
  constructor(
    private readonly store: LeaseStore,
    readonly link: LeaseLink,
    private readonly timers: Timers,
    /** What a driver would wait for an answer, ms. */
    private readonly limitMs: number,
  ) {
    super();
  }

  override read(names: readonly string[]): Promise<LeaseRows> {
    return this.through(() => this.store.read(names));
  }
  override take(request: TakeRequest): Promise<number | undefined> {
    return this.through(() => this.store.take(request));
  }
  override renew(hold: Hold, ttlMs: number): Promise<boolean> {
    return this.through(() => this.store.renew(hold, ttlMs));
  }
  override release(hold: Hold): Promise<void> {
    return this.through(() => this.store.release(hold));
  }

  private through<T>(ask: () => Promise<T>): Promise<T> {
    const { isCut, losesAnswers, requestDelayMs, answerDelayMs } = this.link;
    return new Promise((resolve, reject) => {
      const limit = this.timers.after(this.limitMs, () => {
        reject(new Fault('STORE_UNAVAILABLE', `the lease store did not answer in ${String(this.limitMs)} ms`));
      });
      if (isCut) return;
      const answer = async (): Promise<void> => {
        await this.delay(requestDelayMs);
        const value = await ask();
        if (losesAnswers || this.link.isCut) return;
        await this.delay(answerDelayMs);
        limit.cancel();
        resolve(value);
      };
      answer().catch((error: unknown) => {
        limit.cancel();
        reject(error instanceof Error ? error : new Error(String(error)));
      });
    });
  }

  private async delay(milliseconds: number): Promise<void> {
    if (milliseconds > 0) await this.timers.sleep(milliseconds);
  }
}
