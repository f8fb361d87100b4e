import type { VenueOrderId } from '@argosy/domain';
import type { VenueOrderReport } from '@argosy/venue-port';
import type { AccountSession } from './account-session.js';

/**
 * Orders that have ended here and that the venue goes on listing as open: it answered one with another's refusal, or kept
 * what it had called cancelled. A list from a moment after the end is only old; one that still has the order after the
 * visibility lag is true, and the order can fill, counts in no limit and would outlive a kill.
 */
export class Revenants {
  /** When each was first listed after its end. */
  private listedSinceMs = new Map<VenueOrderId, number>();

  constructor(private readonly session: AccountSession) {}

  /** Of a list of open orders, all that have ended here: those that are proven to rest at the venue. */
  proven(listed: readonly VenueOrderReport[]): readonly VenueOrderReport[] {
    const nowMs = this.session.parts.ports.clock.monotonicMs();
    const lagMs = this.session.visibilityLagMs();
    const before = this.listedSinceMs;
    // Only what this list has is remembered: nothing older, and no more than the venue lists.
    this.listedSinceMs = new Map(listed.map(({ venueOrderId: id }) => [id, before.get(id) ?? nowMs]));
    return listed.filter(({ venueOrderId }) => nowMs - (before.get(venueOrderId) ?? nowMs) > lagMs);
  }
}
