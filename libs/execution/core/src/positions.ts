import {
  type Amount,
  type Fill,
  type InstrumentId,
  type Order,
  type Side,
  signOf,
  type VenuePosition,
} from '@argosy/domain';

/** Signed positions of one account, by our own fills. */
export class PositionBook {
  private readonly quantities = new Map<InstrumentId, bigint>();

  constructor(opening: ReadonlyMap<InstrumentId, Amount> = new Map()) {
    for (const [instrument, quantity] of opening) this.quantities.set(instrument, quantity);
  }

  of(instrument: InstrumentId): Amount {
    return (this.quantities.get(instrument) ?? 0n) as Amount;
  }

  apply(fill: Pick<Fill, 'instrumentId' | 'side' | 'quantity'>): void {
    this.quantities.set(fill.instrumentId, this.of(fill.instrumentId) + signOf(fill.side) * fill.quantity);
  }

  set(instrument: InstrumentId, quantity: Amount): void {
    this.quantities.set(instrument, quantity);
  }

  /** Not flat ones only. */
  all(): readonly VenuePosition[] {
    return [...this.quantities]
      .filter(([, quantity]) => quantity !== 0n)
      .map(([instrumentId, quantity]) => ({ instrumentId, quantity: quantity as Amount }));
  }
}

/** What open reduce-only orders of a side would still take off a position, signed as that side. */
export function pendingReduction(orders: Iterable<Order>, instrument: InstrumentId, side: Side): Amount {
  let sum = 0n;
  for (const order of orders) {
    // One of the other side is left from a position that has turned: it gives this one no room.
    if (!order.reduceOnly || order.side !== side || order.instrumentId !== instrument) continue;
    sum += signOf(order.side) * (order.quantity - order.filledQuantity);
  }
  return sum as Amount;
}

export interface PositionBreak {
  readonly instrumentId: InstrumentId;
  readonly ours: Amount;
  readonly venue: Amount;
}

/** Instruments in which our fills and the venue disagree (I-29). Never mended by a made-up trade. */
export function positionBreaks(ours: PositionBook, venue: readonly VenuePosition[]): readonly PositionBreak[] {
  const stated = new Map(venue.map(({ instrumentId, quantity }) => [instrumentId, quantity]));
  const instruments = new Set([...stated.keys(), ...ours.all().map(({ instrumentId }) => instrumentId)]);
  return [...instruments]
    .map((instrumentId) => ({
      instrumentId,
      ours: ours.of(instrumentId),
      venue: stated.get(instrumentId) ?? (0n as Amount),
    }))
    .filter((found) => found.ours !== found.venue);
}
