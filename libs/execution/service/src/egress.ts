import { type Clock, type Order, type Refusal, refusal } from '@argosy/domain';
import type { Leadership } from '@argosy/platform-port';
import type { BurnAnswer, CancelAnswer, Cancellation, PlaceAnswer, Placement } from '@argosy/venue-port';
import type { MeteredVenue } from './metered-venue.js';
import type { OrderAtGate, TradingGate } from './trading-gate.js';

/** A send that began, or the rule that stopped it before a byte left. */
export type Sent<T> =
  { readonly left: true; readonly answer: Promise<T> } | { readonly left: false; readonly refusal: Refusal };

/** A cancel at the gate, with the order it is for. */
export interface CancelAtGate {
  readonly order: Order;
  readonly cancellation: Cancellation;
}

export interface SentCancels {
  readonly refused: ReadonlyMap<CancelAtGate, Refusal>;
  readonly left: readonly CancelAtGate[];
  /** One for each that left, in order. */
  readonly answers: Promise<readonly CancelAnswer[]>;
}

/**
 * The one way out (I-08): nothing else in the fleet calls a venue's `place` or `cancel`. The rule is asked and the socket
 * written in the same tick, because anything awaited between them could outlive the lease or a kill.
 */
export class Egress {
  constructor(
    private readonly venue: MeteredVenue,
    private readonly gate: TradingGate,
    private readonly leadership: Leadership,
    private readonly clock: Clock,
  ) {}

  place(placement: Placement, order: OrderAtGate): Sent<PlaceAnswer> & { readonly atNs?: bigint } {
    const no = this.gate.orderRefusal(this.leadership, order);
    if (no !== undefined) return { left: false, refusal: no };
    const answers = this.venue.place([placement]);
    return { left: true, answer: answers.then(first), atNs: this.clock.now() };
  }

  /** A burn takes the place of an order that might still land: it goes where a cancel of that order may go. */
  burn(nonce: bigint, orderEpoch: number): Sent<BurnAnswer> {
    const no = this.gate.cancelRefusal(this.leadership, orderEpoch);
    if (no !== undefined) return { left: false, refusal: no };
    return { left: true, answer: this.venue.burnNonce(nonce) };
  }

  /** All in as few requests as the venue takes; what may not leave is refused one by one. */
  cancel(wanted: readonly CancelAtGate[]): SentCancels {
    const refused = new Map<CancelAtGate, Refusal>();
    for (const cancel of wanted) {
      const no = this.gate.cancelRefusal(this.leadership, cancel.order.epoch);
      if (no !== undefined) refused.set(cancel, no);
    }
    const allowed = wanted.filter((cancel) => !refused.has(cancel));
    const room = this.venue.roomForCancels(allowed.length);
    for (const cancel of allowed.slice(room)) refused.set(cancel, refusal('venue_rate_limited', { limit: 'cancels' }));
    const left = allowed.slice(0, room);
    const answers =
      left.length === 0 ? Promise.resolve([]) : this.venue.cancel(left.map(({ cancellation }) => cancellation));
    return { refused, left, answers };
  }
}

function first<T>(answers: readonly T[]): T {
  const [answer] = answers;
  // The port promises one answer per request; fewer is a broken adapter, not an outcome.
  if (answer === undefined) throw new RangeError('the venue adapter gave no answer');
  return answer;
}
