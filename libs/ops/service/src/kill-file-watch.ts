import type { Clock, Timer, Timers } from '@argosy/domain';
import type { Actor } from '@argosy/ops-core';
import type { Logger } from '@argosy/platform-port';
import type { KillFile } from './kill-file.js';
import type { KillSwitchService } from './kill-switch.service.js';
import type { TradingService } from './trading.service.js';

/** A quarter of a second between somebody's `touch` and the kill is what was promised; this is a little less. */
export const LOOK_EACH_MS = 200;
/** A disk that takes longer to list a folder tells nothing. */
export const LOOK_MS_MAX = 1_000;
/** A kill that not everybody has latched yet is sent again, ever more slowly. */
const RETRY_MS_MIN = 1_000;
const RETRY_MS_MAX = 30_000;
/** Whether trading is enabled while it must not be. */
const HOLD_EACH_MS = 1_000;

const ACTOR: Actor = { name: 'kill-file', role: 'admin', via: 'file' };

/**
 * Polls the kill file from the first moment on. Its appearance kills, once; while it is there nothing resumes, and its
 * disappearance resumes nothing. A folder that cannot be read keeps trading disabled until it can, and latches nothing.
 */
export class KillFileWatch {
  private timer: Timer | undefined;
  private lookingSinceMs: number | undefined;
  private isKilled = false;
  private nextKillMs = 0;
  private retryMs = RETRY_MS_MIN;
  private nextHoldMs = 0;
  private busy = false;

  constructor(
    private readonly file: KillFile,
    private readonly killSwitch: KillSwitchService,
    private readonly trading: TradingService,
    private readonly time: { readonly clock: Clock; readonly timers: Timers },
    private readonly logger: Logger,
  ) {}

  async start(): Promise<void> {
    if (!this.file.isWatched) return;
    await this.look();
    this.timer = this.time.timers.every(LOOK_EACH_MS, () => void this.look());
  }

  stop(): void {
    this.timer?.cancel();
  }

  private async look(): Promise<void> {
    const nowMs = this.time.clock.monotonicMs();
    if (this.lookingSinceMs !== undefined) {
      if (nowMs - this.lookingSinceMs > LOOK_MS_MAX) this.file.unreadable('the folder does not answer');
      return this.act(nowMs);
    }
    this.lookingSinceMs = nowMs;
    const before = this.file.view().state;
    try {
      await this.file.look();
    } finally {
      this.lookingSinceMs = undefined;
    }
    const { state, path, reason } = this.file.view();
    if (state !== before)
      this.logger.warning('kill_file', { file: path ?? '', state, ...(reason === null ? {} : { reason }) });
    return this.act(nowMs);
  }

  private async act(nowMs: number): Promise<void> {
    const { state } = this.file.view();
    if (state === 'absent') {
      this.isKilled = false;
      this.retryMs = RETRY_MS_MIN;
      this.nextKillMs = 0;
    }
    if (this.busy) return;
    this.busy = true;
    try {
      if (state === 'present' && !this.isKilled && nowMs >= this.nextKillMs) await this.kill(nowMs);
      if (state === 'unreadable' && nowMs >= this.nextHoldMs) await this.hold(nowMs);
      if (state === 'absent')
        await this.trading.releaseHold(ACTOR, 'KILL_SWITCH', 'the kill file can be seen not to be there');
    } finally {
      this.busy = false;
    }
  }

  private async kill(nowMs: number): Promise<void> {
    const text = await this.file.text();
    const answer = await this.killSwitch.killBy(ACTOR, 'KILL_SWITCH', `kill file${text === '' ? '' : `: ${text}`}`);
    this.isKilled = answer.ok && answer.value.complete;
    if (this.isKilled) return;
    this.nextKillMs = nowMs + this.retryMs;
    this.retryMs = Math.min(this.retryMs * 2, RETRY_MS_MAX);
  }

  /** Disables what is enabled; a gateway that ends meanwhile leaves it to a person to enable it again. */
  private async hold(nowMs: number): Promise<void> {
    this.nextHoldMs = nowMs + HOLD_EACH_MS;
    await this.trading.holdDisabled(ACTOR, 'KILL_SWITCH', `kill file: ${this.file.view().reason ?? ''}`);
  }
}
