import type { Clock, Timer, Timers } from '@argosy/domain';

/**
 * Work that many causes ask for: done at once, and then once more at most each so often, however many ask meanwhile. A
 * storm of causes must not spend what the work itself needs.
 */
export class Paced {
  private startedMs = Number.NEGATIVE_INFINITY;
  private waiting: Timer | undefined;
  private stopped = false;

  constructor(
    private readonly spacingMs: number,
    private readonly clock: Clock,
    private readonly timers: Timers,
    private readonly work: () => Promise<void>,
  ) {}

  ask(): void {
    if (this.stopped || this.waiting !== undefined) return;
    const leftMs = this.startedMs + this.spacingMs - this.clock.monotonicMs();
    if (leftMs <= 0) {
      this.run();
      return;
    }
    this.waiting = this.timers.after(leftMs, () => {
      this.waiting = undefined;
      this.run();
    });
  }

  stop(): void {
    this.stopped = true;
    this.waiting?.cancel();
  }

  private run(): void {
    this.startedMs = this.clock.monotonicMs();
    void this.work();
  }
}
