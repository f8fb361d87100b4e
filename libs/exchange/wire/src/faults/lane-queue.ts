import type { Timer, Timers } from '@argosy/domain';

/** Messages of one lane in their order, some of them late; one may be held until another has passed. */
export class LaneQueue {
  private readonly waiting: (() => void)[] = [];
  private lastDueMs = 0;
  private held: { readonly run: () => void; readonly timer: Timer } | undefined;

  constructor(
    private readonly timers: Timers,
    private readonly monotonicMs: () => number,
  ) {}

  get isEmpty(): boolean {
    return this.waiting.length === 0 && this.held === undefined;
  }

  /** Runs it `delayMs` from now, never before what came earlier. */
  pass(run: () => void, delayMs = 0): void {
    this.queue(run, delayMs);
    const { held } = this;
    if (held === undefined) return;
    held.timer.cancel();
    this.held = undefined;
    this.queue(held.run, 0);
  }

  /** Runs it after the next one that passes, or after `mostMs`. While one is held already, it passes. */
  hold(run: () => void, mostMs: number): void {
    if (this.held !== undefined) return this.pass(run);
    const timer = this.timers.after(mostMs, () => {
      this.held = undefined;
      this.queue(run, 0);
    });
    this.held = { run, timer };
  }

  private queue(run: () => void, delayMs: number): void {
    const nowMs = this.monotonicMs();
    const dueMs = Math.max(nowMs + delayMs, this.lastDueMs);
    if (dueMs <= nowMs && this.waiting.length === 0) return run();
    this.lastDueMs = dueMs;
    this.waiting.push(run);
    // Whichever timer fires first runs whatever is first: the order stays.
    this.timers.after(dueMs - nowMs, () => this.waiting.shift()?.());
  }
}
