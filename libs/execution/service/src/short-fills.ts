import { type ClientOrderId, format, isFinal, type Order, type Quantity } from '@argosy/domain';
import type { VenueOrderReport } from '@argosy/venue-port';
import type { AccountSession } from './account-session.js';

/** So many readings of the fills, each begun late enough, must have brought nothing more. */
const READINGS_PROOF = 2;

interface Claim {
  /** Of the order, as the venue has it now. */
  readonly quantity: Quantity;
  readonly saidMonotonicMs: number;
  readonly readings: number;
}

/**
 * Orders the venue calls filled whose fills sum to less than was ordered. Most often the rest of the fills is on its way.
 * Else the venue made the order smaller, as it may where a reduce-only order meets a position that has shrunk: either it
 * says so and all of the smaller quantity is filled, or every fill has been read and nothing more came. Then the rest is
 * over. A fill that comes later still is booked all the same (I-25).
 */
export class ShortFills {
  private readonly claims = new Map<ClientOrderId, Claim>();

  constructor(private readonly session: AccountSession) {}

  /** The venue said that the order is filled. Resolves when what follows at once is durable. */
  async said(order: Order, { quantity }: VenueOrderReport): Promise<void> {
    const { clientOrderId: id } = order;
    const saidMonotonicMs = this.session.parts.ports.clock.monotonicMs();
    this.claims.set(id, { saidMonotonicMs, readings: 0, ...this.claims.get(id), quantity });
    if (isAllOfLess(order, quantity)) await this.end(order);
  }

  /** Fills were read by a question asked at this moment, and all of them are booked. */
  async read(askedMonotonicMs: number): Promise<void> {
    const lagMs = this.session.visibilityLagMs();
    for (const [id, claim] of [...this.claims]) {
      const order = this.session.book.order(id);
      const readings = claim.readings + (askedMonotonicMs > claim.saidMonotonicMs + lagMs ? 1 : 0);
      this.claims.set(id, { ...claim, readings });
      if (order === undefined || isFinal(order.state)) this.claims.delete(id);
      else if (readings >= READINGS_PROOF || isAllOfLess(order, claim.quantity)) await this.end(order);
    }
  }

  private async end(order: Order): Promise<void> {
    this.claims.delete(order.clientOrderId);
    this.session.parts.ports.logger.warning('order_filled_short', {
      order: order.clientOrderId,
      quantity: format(order.quantity),
      filled: format(order.filledQuantity),
    });
    await this.session.move(order, 'venue_cancelled', {
      reason: 'the venue calls it filled with less than was ordered',
    });
  }
}

const isAllOfLess = (order: Order, quantity: Quantity): boolean =>
  quantity < order.quantity && order.filledQuantity >= quantity;
