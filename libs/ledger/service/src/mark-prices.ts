import type { Book, Clock, InstrumentId, MarketState, Price } from '@argosy/domain';

/** An older mark is no mark: positions are then shown without a value rather than with a wrong one. */
export const MARK_AGE_MS_MAX = 60_000;
/** More instruments than any fleet trades. */
export const MARKS_MAX = 10_000;

interface Seen {
  readonly price: Price;
  readonly atMs: number;
}

/** The newest value of each instrument: the venue's mark, else the mid of a valid book. */
export class MarkPrices {
  private readonly stated = new Map<InstrumentId, Seen>();
  private readonly mids = new Map<InstrumentId, Seen>();

  constructor(private readonly clock: Clock) {}

  stateSeen({ instrumentId, markPrice, oraclePrice, midPrice }: MarketState): void {
    const price = markPrice ?? oraclePrice ?? midPrice;
    if (price !== undefined) this.remember(this.stated, instrumentId, price);
  }

  bookSeen({ instrumentId, valid, bids, asks }: Book): void {
    const [bid] = bids;
    const [ask] = asks;
    if (!valid || bid === undefined || ask === undefined) return;
    this.remember(this.mids, instrumentId, ((bid.price + ask.price) / 2n) as Price);
  }

  readonly of = (instrumentId: InstrumentId): Price | undefined =>
    this.fresh(this.stated.get(instrumentId)) ?? this.fresh(this.mids.get(instrumentId));

  private fresh(seen: Seen | undefined): Price | undefined {
    return seen !== undefined && this.clock.monotonicMs() - seen.atMs <= MARK_AGE_MS_MAX ? seen.price : undefined;
  }

  private remember(marks: Map<InstrumentId, Seen>, instrumentId: InstrumentId, price: Price): void {
    if (price <= 0n || (marks.size >= MARKS_MAX && !marks.has(instrumentId))) return;
    marks.set(instrumentId, { price, atMs: this.clock.monotonicMs() });
  }
}
