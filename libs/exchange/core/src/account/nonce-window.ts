import { type Reject, reject } from '../api/reject.js';

/** The venue remembers this many of the highest nonces of each signer. */
export const NONCES_KEPT = 100;
const DAY_MS = 86_400_000;
const PAST_MS = 2 * DAY_MS;
const FUTURE_MS = DAY_MS;

/**
 * One signer's nonces: a new one must lie within two days before and one day after now, be above the smallest of the
 * remembered ones once there are 100, and never have been used.
 */
export class NonceWindow {
  /** Rising. */
  readonly nonces: number[];

  constructor(nonces: readonly number[] = []) {
    this.nonces = [...nonces];
  }

  /** Takes the nonce, or says why not and changes nothing. */
  use(nonce: number, nowMs: number): Reject | undefined {
    if (!Number.isSafeInteger(nonce) || nonce <= nowMs - PAST_MS || nonce >= nowMs + FUTURE_MS) {
      return reject('nonceOutOfWindow', { nonce, now: nowMs });
    }
    const at = this.place(nonce);
    if (this.nonces[at] === nonce) return reject('nonceUsed', { nonce });
    const full = this.nonces.length >= NONCES_KEPT;
    if (full && at === 0) return reject('nonceTooLow', { nonce, smallest: this.nonces[0]! });
    this.nonces.splice(at, 0, nonce);
    if (full) this.nonces.shift();
    return undefined;
  }

  private place(nonce: number): number {
    let at = this.nonces.length;
    while (at > 0 && this.nonces[at - 1]! >= nonce) at--;
    return at;
  }
}
