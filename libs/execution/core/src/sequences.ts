import { type ClientOrderId, makeClientOrderId } from '@argosy/domain';

/**
 * Client order ids of one epoch: derived from a counter, never random (I-07). A new epoch starts at zero again, which is
 * safe because the epoch is part of the id and only grows.
 */
export class ClientOrderIds {
  private next = 0n;
  constructor(private readonly origin: { readonly fleet: number; readonly account: number; readonly epoch: number }) {}

  mint(): ClientOrderId {
    this.next += 1n;
    return makeClientOrderId({ ...this.origin, sequence: this.next });
  }
}

/**
 * Nonces that a venue wants near its own clock and never twice (Hyperliquid: within two days back and one ahead, in ms).
 * They rise strictly, also across restarts: the floor is the highest nonce any stored intent holds.
 */
export class Nonces {
  constructor(private last: bigint) {}

  /** @param nowMs UTC milliseconds, so that the nonce is fresh when the clock has passed the last one. */
  mint(nowMs: number): bigint {
    const fresh = BigInt(nowMs);
    this.last = fresh > this.last ? fresh : this.last + 1n;
    return this.last;
  }
}
