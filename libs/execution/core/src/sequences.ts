import { type ClientOrderId, makeClientOrderId } from '@argosy/domain';

/**
 * Client order ids of one epoch: derived from a counter, never random (I-07). A new epoch starts at zero again, which is
 * safe because the epoch is part of the id and only grows.
 */
export class ClientOrderIds {
  private next = 0n;
  constructor(private readonly origin: { readonly fleet: number; readonly account: number; readonly epoch: number }) {}

  /** 0 before the first. */
  get lastSequence(): bigint {
    return this.next;
  }

  mint(): ClientOrderId {
    this.next += 1n;
    return makeClientOrderId({ ...this.origin, sequence: this.next });
  }
}

/** Epochs so close together share no nonce; a power of two. */
const EPOCHS_APART = 16n;

/**
 * Nonces that a venue wants near its own clock and never twice (Hyperliquid: within two days back and one ahead, in ms).
 * Each epoch has a range of its own, every sixteenth number, so that a deposed leader that still runs cannot take one of
 * its successor's (I-07). They rise strictly, also across restarts: the floor is the highest nonce any stored intent holds.
 */
export class Nonces {
  private readonly remainder: bigint;

  constructor(
    private last: bigint,
    epoch: number,
  ) {
    this.remainder = BigInt(epoch) % EPOCHS_APART;
  }

  /** @param nowMs UTC milliseconds, so that the nonce is fresh when the clock has passed the last one. */
  mint(nowMs: number): bigint {
    const fresh = BigInt(nowMs);
    const least = fresh > this.last ? fresh : this.last + 1n;
    this.last = least + ((this.remainder - (least % EPOCHS_APART) + EPOCHS_APART) % EPOCHS_APART);
    return this.last;
  }
}
