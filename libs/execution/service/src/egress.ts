import type { Clock, Refusal } from '@argosy/domain';
import type { Leadership } from '@argosy/platform-port';
import type { CancelAnswer, Cancellation, PlaceAnswer, Placement, TradingVenue } from '@argosy/venue-port';
import type { TradingGate } from './trading-gate.js';

/** A send that began, or the rule that stopped it before a byte left. */
export type Sent<T> =
  { readonly left: true; readonly answer: Promise<T> } | { readonly left: false; readonly refusal: Refusal };

/**
 * The one way out (I-08): nothing else in the fleet calls a venue's `place` or `cancel`. The rule is asked and the socket
 * written in the same tick, because anything awaited between them could outlive the lease or a kill.
 */
export class Egress {
  constructor(
    private readonly venue: TradingVenue,
    private readonly gate: TradingGate,
    private readonly leadership: Leadership,
    private readonly clock: Clock,
  ) {}

  place(placement: Placement, orderEpoch: number): Sent<PlaceAnswer> & { readonly atNs?: bigint } {
    const refusal = this.gate.orderRefusal(this.leadership, orderEpoch);
    if (refusal !== undefined) return { left: false, refusal };
    const answers = this.venue.place([placement]);
    return { left: true, answer: answers.then(first), atNs: this.clock.now() };
  }

  cancel(cancellation: Cancellation): Sent<CancelAnswer> {
    const refusal = this.gate.cancelRefusal(this.leadership);
    if (refusal !== undefined) return { left: false, refusal };
    return { left: true, answer: this.venue.cancel([cancellation]).then(first) };
  }
}

function first<T>(answers: readonly T[]): T {
  const [answer] = answers;
  // The port promises one answer per request; fewer is a broken adapter, not an outcome.
  if (answer === undefined) throw new RangeError('the venue adapter gave no answer');
  return answer;
}
