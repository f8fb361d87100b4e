import { fillId, type Fill, timeNs, type TimeNs } from '@argosy/domain';
import type { Placement, TradingVenue, VenueOrderReport } from '@argosy/venue-port';
import { withChanges } from './delegate.js';

const HOUR_NS = 3_600_000_000_000n;

const renamed = (placements: readonly Placement[], change: (placement: Placement) => Placement): readonly Placement[] =>
  placements.map(change);

/** Requests that the venue may take for an hour. */
export const withoutExpiry = (real: TradingVenue): TradingVenue =>
  withChanges(real, {
    place: (placements) =>
      real.place(
        renamed(placements, (placement) => ({
          ...placement,
          expiresAt: timeNs(placement.expiresAt + HOUR_NS) satisfies TimeNs,
        })),
      ),
  });

/** Reduce-only orders that leave as ordinary ones. */
export const withoutReduceOnly = (real: TradingVenue): TradingVenue =>
  withChanges(real, {
    place: (placements) =>
      real.place(
        renamed(placements, (placement) => ({ ...placement, intent: { ...placement.intent, reduceOnly: false } })),
      ),
  });

/** Fills under a new name each time they are told of. */
export function withoutFillIdentity(real: TradingVenue): TradingVenue {
  let told = 0;
  const named = (fill: Fill): Fill => ({ ...fill, fillId: fillId(`${fill.fillId}-${String((told += 1))}`) });
  return withChanges(real, {
    start: (handlers) => real.start({ ...handlers, onFill: (fill) => handlers.onFill(named(fill)) }),
    fillsSince: async (since) => (await real.fillsSince(since)).map(named),
  });
}

/** What the venue does not find now is told as an order that it rejected. */
export function believingNotFound(real: TradingVenue): TradingVenue {
  const placed = new Map<string, Placement>();
  const rejected = ({ intent, clientOrderId, expiresAt }: Placement): VenueOrderReport => ({
    clientOrderId,
    venueOrderId: '0' as VenueOrderReport['venueOrderId'],
    instrumentId: intent.instrumentId,
    side: intent.side,
    limitPrice: intent.limitPrice,
    quantity: intent.quantity,
    remaining: intent.quantity,
    status: 'rejected',
    reason: 'not found',
    reduceOnly: intent.reduceOnly,
    venueTimeNs: expiresAt,
  });
  return withChanges(real, {
    place: (placements) => {
      for (const placement of placements) placed.set(placement.clientOrderId, placement);
      return real.place(placements);
    },
    orderStatus: async (id) => {
      const placement = placed.get(id.clientOrderId);
      return (await real.orderStatus(id)) ?? (placement === undefined ? undefined : rejected(placement));
    },
  });
}
