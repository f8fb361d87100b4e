import { type ClientOrderId, isFinal, type Order } from '@argosy/domain';
import type { AccountSession } from './account-session.js';

/** So many readings of the fills, each begun late enough, must have brought nothing more. */
const READINGS_PROOF = 2;

interface Claim {
  readonly saidMonotonicMs: number;
  readonly readings: number;
}

/**
 * Orders the venue calls filled whose fills sum to less than was ordered. Most often the rest of the fills is on its way;
 * once they have all been read, the venue made the order smaller, as it may where a reduce-only order meets a position
 * that has shrunk. Then the rest is over. A fill that comes later still is booked all the same (I-25).
 */
export class ShortFills {
  private readonly claims = new Map<ClientOrderId, Claim>();

  constructor(private readonly session: AccountSession) {}

  /** The venue said that the order is filled. */
  said({ clientOrderId }: Order): void {
    if (this.claims.has(clientOrderId)) return;
    this.claims.set(clientOrderId, { saidMonotonicMs: this.session.parts.ports.clock.monotonicMs(), readings: 0 });
  }

  /** Fills were read by a question asked at this moment, and all of them are booked. */
  async read(askedMonotonicMs: number): Promise<void> {
    const lagMs = this.session.visibilityLagMs();
    for (const [id, claim] of [...this.claims]) {
      const order = this.session.book.order(id);
      if (order === undefined || isFinal(order.state)) this.claims.delete(id);
      else if (askedMonotonicMs > claim.saidMonotonicMs + lagMs) await this.count(order, claim);
    }
  }

  private async count(order: Order, claim: Claim): Promise<void> {
    const readings = claim.readings + 1;
    this.claims.set(order.clientOrderId, { ...claim, readings });
    if (readings < READINGS_PROOF) return;
    this.claims.delete(order.clientOrderId);
    this.session.parts.ports.logger.warning('order_filled_short', {
      order: order.clientOrderId,
      quantity: String(order.quantity),
      filled: String(order.filledQuantity),
    });
    await this.session.move(order, 'venue_cancelled', {
      reason: 'the venue calls it filled with less than was ordered',
    });
  }
}
