import { assert } from '@argosy/domain';

/** Where one message stands in its producer's gapless sequence (I-42). */
export type Place =
  | { readonly kind: 'in_order' }
  /** Seen before, or refilled already: skip it. */
  | { readonly kind: 'duplicate' }
  /** `from` to `to` (both included) are missing. The message itself has not been taken: refill, then offer it again. */
  | { readonly kind: 'gap'; readonly from: bigint; readonly to: bigint };

const IN_ORDER: Place = { kind: 'in_order' };
const DUPLICATE: Place = { kind: 'duplicate' };

/**
 * Finds what was lost on an at-most-once wire, per producer key (a trading account, a feed). Pure: it moves only by
 * what it is offered, so a gap stays a gap until the missing messages came.
 */
export class SequenceGuard {
  readonly #next = new Map<string, bigint>();

  /** @param keyLimit how many producers there can be; one more is a bug in the caller's idea of a key. */
  constructor(private readonly keyLimit: number) {}

  /** Starts a key after `sequence`: what the consumer's own store says it has, 0 for nothing. */
  resume(key: string, sequence: bigint): void {
    this.#set(key, sequence + 1n);
  }

  /** The last sequence taken, 0 when nothing of this key was. */
  last(key: string): bigint {
    return (this.#next.get(key) ?? 1n) - 1n;
  }

  /** Judges a message and, when it is in order, takes it. A key never heard of starts at 1. */
  offer(key: string, sequence: bigint): Place {
    const next = this.#next.get(key) ?? 1n;
    if (sequence < next) return DUPLICATE;
    if (sequence > next) return { kind: 'gap', from: next, to: sequence - 1n };
    this.#set(key, next + 1n);
    return IN_ORDER;
  }

  #set(key: string, next: bigint): void {
    this.#next.set(key, next);
    assert(this.#next.size <= this.keyLimit, `more than ${String(this.keyLimit)} producers: '${key}'`);
  }
}
