import { nextTurn } from '@argosy/platform-runtime';

/** More than this in one turn is done at once: what waits is bounded, whatever a loop does. */
export const AFTERWARDS_MAX = 1_024;

/**
 * Work about an order that the order does not wait for: noted now, done in the next turn of the event loop, in order. A
 * line or a span costs more than a risk check, and what stands between a message and its socket counts several times over.
 */
export class Afterwards<T> {
  #waiting: T[] = [];

  constructor(private readonly work: (item: T) => void) {}

  add(item: T): void {
    this.#waiting.push(item);
    if (this.#waiting.length === 1) nextTurn(() => this.finish());
    else if (this.#waiting.length >= AFTERWARDS_MAX) this.finish();
  }

  /** Does now what waits. */
  finish(): void {
    const items = this.#waiting;
    this.#waiting = [];
    for (const item of items) this.work(item);
  }
}
