import { subjects, tradingStateCodec, tradingStateRequestCodec } from '@argosy/contracts';
import { describeRefusal, Fault, type Timers } from '@argosy/domain';
import type { MessageBus } from '@argosy/platform-port';
import type { StrategyEntry } from './strategy-entry.js';
import type { StrategyRunning } from './strategy-running.js';
import { HOST, type StrategyShelf } from './strategy-shelf.js';

const REQUEST_TIMEOUT_MS = 2_000;
/** How long and how often the fleet is asked whether strategies may go on. */
const TRIES_MAX = 60;
const RETRY_MS = 1_000;

/**
 * A restart or a takeover of the host: what was wanted running goes on when trading does. When trading is disabled, killed
 * or nobody can say, it stays stopped (FL-2) and says why.
 */
export class StrategyResuming {
  constructor(
    private readonly shelf: StrategyShelf,
    private readonly running: StrategyRunning,
    private readonly ports: { readonly bus: MessageBus; readonly timers: Timers },
  ) {}

  async resume(entry: StrategyEntry): Promise<void> {
    [entry.status, entry.reason, entry.isResuming] = ['starting', 'resuming after a restart of the host', true];
    let why = '';
    for (let tries = 0; tries < TRIES_MAX && this.running.mayResume(entry); tries += 1) {
      if (tries > 0) await this.ports.timers.sleep(RETRY_MS);
      const trading = await this.whyNotTrading();
      if (trading === undefined) {
        const refusedWith = await this.tryOnce(entry);
        if (refusedWith === undefined) break;
        why = refusedWith;
      } else {
        why = trading.reason;
        if (trading.isFinal) break;
      }
      if (this.running.mayResume(entry)) entry.reason = `resuming after a restart of the host: ${why}`;
    }
    const isGivenUp = this.running.mayResume(entry);
    entry.isResuming = false;
    if (!isGivenUp) return;
    [entry.status, entry.reason] = ['stopped', `not resumed after a restart of the host: ${why}`];
    await this.shelf.remember(entry, 'stopped', HOST, entry.reason);
  }

  /** Undefined when it runs, or when somebody else decided meanwhile. */
  private async tryOnce(entry: StrategyEntry): Promise<string | undefined> {
    try {
      const begun = await this.shelf.inTurn(entry, async () =>
        this.running.mayResume(entry) ? this.running.begin(entry, HOST, 'resumed') : undefined,
      );
      if (begun === undefined || begun.ok) return undefined;
      return this.stillOnItsWay(entry, describeRefusal(begun.refusal));
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      return this.stillOnItsWay(entry, error.message);
    }
  }

  /** As far as people are concerned. */
  private stillOnItsWay(entry: StrategyEntry, why: string): string {
    if (this.running.mayResume(entry)) entry.status = 'starting';
    return why;
  }

  private async whyNotTrading(): Promise<{ readonly reason: string; readonly isFinal: boolean } | undefined> {
    try {
      const timeoutMs = REQUEST_TIMEOUT_MS;
      const state = await this.ports.bus.request(
        subjects.tradingStateQuery,
        tradingStateRequestCodec,
        tradingStateCodec,
        {},
        { timeoutMs },
      );
      if (!state.ok) return { reason: describeRefusal(state.refusal), isFinal: false };
      if (state.value.kill !== undefined) return { reason: 'the kill switch is latched', isFinal: true };
      return state.value.tradingEnabled ? undefined : { reason: 'trading is disabled', isFinal: true };
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      return { reason: `risk does not answer: ${error.message}`, isFinal: false };
    }
  }
}
