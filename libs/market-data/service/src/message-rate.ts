import type { Clock } from '@argosy/domain';

const WINDOW_SECONDS = 10;

/** Messages a second over the last ten seconds, in a ring of whole seconds. */
export class MessageRate {
  readonly #counts = new Array<number>(WINDOW_SECONDS).fill(0);
  #second: number;

  constructor(private readonly clock: Clock) {
    this.#second = this.#now();
  }

  count(): void {
    this.#move();
    const slot = this.#second % WINDOW_SECONDS;
    this.#counts[slot] = (this.#counts[slot] ?? 0) + 1;
  }

  get perSecond(): number {
    this.#move();
    return this.#counts.reduce((sum, count) => sum + count, 0) / WINDOW_SECONDS;
  }

  #now(): number {
    return Math.floor(this.clock.monotonicMs() / 1_000);
  }

  /** Empties the seconds that have passed without a message. */
  #move(): void {
    const now = this.#now();
    for (let step = 0; this.#second < now && step < WINDOW_SECONDS; step += 1) {
      this.#second += 1;
      this.#counts[this.#second % WINDOW_SECONDS] = 0;
    }
    this.#second = now;
  }
}
