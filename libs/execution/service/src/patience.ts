import { type AccountId, Fault, type Timers } from '@argosy/domain';
import type { Logger } from '@argosy/platform-port';

const RETRY_MS = 1_000;

/** Tries what an account cannot begin without until it works or is not wanted any more. */
export class Patience {
  /** What is waited for and why, for people; empty when nothing is. */
  waitingFor = 'starting';
  private isOver = false;

  constructor(
    private readonly accountId: AccountId,
    private readonly timers: Timers,
    private readonly logger: Logger,
  ) {}

  /** Undefined when it ended first. */
  async until<T>(what: string, work: () => Promise<T>): Promise<T | undefined> {
    this.waitingFor = what;
    while (!this.isOver) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
        this.waitingFor = `${what}: ${error.message}`;
        this.logger.warning('start_waits', { account: this.accountId, what, reason: error.message });
        await this.timers.sleep(RETRY_MS);
      }
    }
    return undefined;
  }

  get ended(): boolean {
    return this.isOver;
  }

  end(): void {
    this.isOver = true;
    this.waitingFor = 'stopping';
  }
}
