import type { Clock, Timers } from '@argosy/domain';
import { CommandError, EXIT } from '../exit-codes.js';

/** Waiting that ends at once when somebody asks to stop. */
export class Patience {
  readonly #stopped: Promise<never>;
  #isStopped = false;
  #stop: (why: string) => void = () => undefined;

  constructor(
    private readonly clock: Clock,
    private readonly timers: Timers,
  ) {
    this.#stopped = new Promise((_resolve, reject) => {
      this.#stop = (why) => {
        this.#isStopped = true;
        reject(new CommandError(EXIT.interrupted, `stopped (${why}); the faults are taken away`, undefined, 'STOPPED'));
      };
    });
    // Whoever waits hears of it; when nobody does, nobody needs to.
    this.#stopped.catch(() => undefined);
  }

  get nowMs(): number {
    return this.clock.monotonicMs();
  }

  get isStopped(): boolean {
    return this.#isStopped;
  }

  stop(why: string): void {
    this.#stop(why);
  }

  /** What it gives, unless somebody asks to stop before. @throws CommandError STOPPED */
  orStop<T>(work: Promise<T>): Promise<T> {
    return Promise.race([work, this.#stopped]);
  }

  sleep(ms: number): Promise<void> {
    return ms <= 0 ? Promise.resolve() : this.orStop(this.timers.sleep(ms));
  }

  /** Looks until there is something to see, at most so long; undefined when the time is over. */
  async until<T>(
    look: () => Promise<T | undefined> | T | undefined,
    { withinMs, everyMs = 100 }: { readonly withinMs: number; readonly everyMs?: number },
  ): Promise<T | undefined> {
    const endMs = this.nowMs + withinMs;
    for (;;) {
      const seen = await this.orStop(Promise.resolve(look()));
      if (seen !== undefined) return seen;
      if (this.nowMs >= endMs) return undefined;
      await this.sleep(everyMs);
    }
  }
}
