import type { VenueOrderId } from '@argosy/domain';
import type { VenueOrderReport } from '@argosy/venue-port';
import type { FinishedOrder, PaperOrder } from './account/paper-event.js';

type Naming = (oid: number) => VenueOrderId;

export const openReport = (order: PaperOrder, nameOf: Naming): VenueOrderReport => ({
  clientOrderId: order.clientOrderId,
  venueOrderId: nameOf(order.oid),
  instrumentId: order.instrumentId,
  side: order.side,
  limitPrice: order.limitPrice,
  quantity: order.quantity,
  remaining: order.remaining,
  status: 'working',
  reason: 'open',
  reduceOnly: order.reduceOnly,
  venueTimeNs: order.placedAt,
});

export const finishedReport = ({ order, status, reason, at }: FinishedOrder, nameOf: Naming): VenueOrderReport => ({
  ...openReport(order, nameOf),
  status,
  reason,
  venueTimeNs: at,
});
