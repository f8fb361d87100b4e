import type { Order, OrderEventType } from '@argosy/domain';
import type { VenueOrderReport } from '@argosy/venue-port';

/**
 * What a venue's report of an order says in the words of the state table. `filled` says nothing by itself: the fills do,
 * and they come by their own stream and by sweep, so the answer is to fetch them.
 */
export function eventOfReport(report: VenueOrderReport): OrderEventType | 'fetch_fills' {
  switch (report.status) {
    case 'working':
      return 'venue_accepted';
    case 'filled':
      return 'fetch_fills';
    case 'cancelled':
      return 'venue_cancelled';
    case 'expired':
      return 'venue_expired';
    case 'rejected':
      return 'venue_rejected';
  }
}

/** An order nobody here made, as far as the venue describes it (EX-7). Its state follows from the report. */
export function describesSameOrder(order: Order, report: VenueOrderReport): boolean {
  return order.instrumentId === report.instrumentId && order.side === report.side;
}
