import { type AccountId, type Amount, format, type Order, type Venue, type VenuePosition } from '@argosy/domain';
import type { VenueOrderReport } from '@argosy/venue-port';
import { type PositionBook, positionBreaks } from './positions.js';

export interface ReconciliationInput {
  readonly accountId: AccountId;
  readonly venue: Venue;
  /** Our open orders as they were before the venue was asked. */
  readonly ours: readonly Order[];
  /** What the venue lists as open. */
  readonly listed: readonly VenueOrderReport[];
  /** By our own fills, those found meanwhile included. */
  readonly positions: PositionBook;
  readonly venuePositions: readonly VenuePosition[];
  /** Fills that only the question brought to light. */
  readonly fillsFound: readonly string[];
}

/**
 * How an order stands on both sides. `agreed`: open here and there. `unlisted`: open here only, so the venue is asked about
 * it. `adopted`: open there only. `in_doubt`: we do not know whether it is there.
 */
export type OrderVerdict = 'agreed' | 'unlisted' | 'adopted' | 'in_doubt';

export interface ReconciledOrder {
  readonly verdict: OrderVerdict;
  readonly clientOrderId: string;
  readonly venueOrderId: string;
  readonly instrumentId: string;
  readonly side: string;
  readonly quantity: string;
}

export interface ReconciledPosition {
  readonly instrumentId: string;
  readonly ours: string;
  readonly venue: string;
  readonly difference: string;
}

/** What two books of one account said of each other; every list is sorted, no moment stands in it. */
export interface ReconciliationReport {
  readonly accountId: AccountId;
  readonly venue: Venue;
  readonly agrees: boolean;
  readonly orders: readonly ReconciledOrder[];
  /** All that differ; where nothing differs, none. */
  readonly positionBreaks: readonly ReconciledPosition[];
  readonly fillsFound: readonly string[];
}

/** FL-3: pure, so that the same two books give the same report, to the byte, however often it is asked for. */
export function reconciliationReport(input: ReconciliationInput): ReconciliationReport {
  const orders = sorted([...ourOrders(input), ...adoptedOrders(input)]);
  const breaks = positionBreaks(input.positions, input.venuePositions).map(({ instrumentId, ours, venue }) => ({
    instrumentId,
    ours: format(ours),
    venue: format(venue),
    difference: format((venue - ours) as Amount),
  }));
  return {
    accountId: input.accountId,
    venue: input.venue,
    agrees: breaks.length === 0 && orders.every(({ verdict }) => verdict === 'agreed'),
    orders,
    positionBreaks: [...breaks].sort((a, b) => (a.instrumentId < b.instrumentId ? -1 : 1)),
    fillsFound: [...input.fillsFound].sort(),
  };
}

/** As a file: the same report, the same bytes. */
export const renderReconciliation = (report: ReconciliationReport): string =>
  `${JSON.stringify(report, undefined, 2)}\n`;

function ourOrders({ ours, listed }: ReconciliationInput): ReconciledOrder[] {
  const known = new Set(listed.map(({ venueOrderId }) => venueOrderId as string));
  const byClient = new Set(listed.flatMap(({ clientOrderId }) => clientOrderId ?? []));
  return ours.map((order) => {
    const isListed = byClient.has(order.clientOrderId) || known.has(order.venueOrderId ?? '');
    const verdict = isListed
      ? 'agreed'
      : order.state === 'in_doubt' || order.state === 'sent'
        ? 'in_doubt'
        : 'unlisted';
    return { verdict, ...described(order) };
  });
}

function adoptedOrders({ ours, listed }: ReconciliationInput): ReconciledOrder[] {
  const clients = new Set(ours.map(({ clientOrderId }) => clientOrderId));
  const venues = new Set(ours.flatMap(({ venueOrderId }) => venueOrderId ?? []));
  return listed
    .filter(({ clientOrderId, venueOrderId }) => {
      const isOurs = (clientOrderId !== undefined && clients.has(clientOrderId)) || venues.has(venueOrderId);
      return !isOurs;
    })
    .map((report) => ({ verdict: 'adopted', ...described(report) }));
}

const described = (
  order: Pick<VenueOrderReport, 'instrumentId' | 'side' | 'quantity'> & {
    readonly clientOrderId?: string;
    readonly venueOrderId?: string;
  },
): Omit<ReconciledOrder, 'verdict'> => ({
  clientOrderId: order.clientOrderId ?? '',
  venueOrderId: order.venueOrderId ?? '',
  instrumentId: order.instrumentId,
  side: order.side,
  quantity: format(order.quantity),
});

const keyOf = ({ clientOrderId, venueOrderId }: ReconciledOrder): string => `${clientOrderId} ${venueOrderId}`;
const sorted = (orders: readonly ReconciledOrder[]): readonly ReconciledOrder[] =>
  [...orders].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
