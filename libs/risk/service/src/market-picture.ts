import type { Book, Clock, Instrument, InstrumentId, MarketState, Price } from '@argosy/domain';
import {
  type InstrumentLimits,
  REFERENCES_MIN,
  type ReferencePrice,
  type RiskLimits,
  type RiskView,
} from '@argosy/risk-core';

interface Seen<T> {
  readonly value: T;
  readonly atMonotonicMs: number;
}

/** The newest of everything the market says, with when it was heard: ages are measured on our own monotonic clock. */
export class MarketPicture {
  private readonly books = new Map<InstrumentId, Seen<Book>>();
  private readonly states = new Map<InstrumentId, Seen<MarketState>>();
  private readonly instruments = new Map<InstrumentId, Instrument>();

  constructor(private readonly clock: Clock) {}

  sawBook(book: Book): void {
    this.books.set(book.instrumentId, this.seen(book));
  }

  sawState(state: MarketState): void {
    this.states.set(state.instrumentId, this.seen(state));
  }

  sawInstrument(instrument: Instrument): void {
    this.instruments.set(instrument.id, instrument);
  }

  instrument(id: InstrumentId): Instrument | undefined {
    return this.instruments.get(id);
  }

  book(id: InstrumentId): RiskView['book'] {
    const seen = this.books.get(id);
    if (seen === undefined) return { missing: 'no book yet' };
    if (!seen.value.valid) return { missing: 'the book is marked invalid' };
    return { ageMs: this.age(seen) };
  }

  references(id: InstrumentId, limits: InstrumentLimits | undefined): readonly ReferencePrice[] {
    const found: ReferencePrice[] = [];
    const state = this.states.get(id);
    if (state?.value.oraclePrice !== undefined) {
      found.push({ source: 'oracle', price: state.value.oraclePrice, ageMs: this.age(state) });
    }
    const reference = limits === undefined ? undefined : this.books.get(limits.referenceInstrument);
    const mid = reference === undefined ? undefined : midOf(reference.value);
    if (reference !== undefined && mid !== undefined) {
      found.push({ source: reference.value.instrumentId, price: mid, ageMs: this.age(reference) });
    }
    return found;
  }

  /** Whether an order in it would find a valid book and two references, all young enough. */
  isFresh(id: InstrumentId, limits: RiskLimits): boolean {
    const book = this.book(id);
    if ('missing' in book || book.ageMs > limits.bookAgeMsMax) return false;
    const references = this.references(id, limits.instruments.get(id));
    return references.filter(({ ageMs }) => ageMs <= limits.referenceAgeMsMax).length >= REFERENCES_MIN;
  }

  /** What a holding is valued at: mark, else oracle, else mid. */
  valuation(id: InstrumentId): Price | undefined {
    const state = this.states.get(id)?.value;
    const book = this.books.get(id)?.value;
    const mid = book === undefined ? undefined : midOf(book);
    // A price of zero would make a position weigh nothing (F-35).
    return [state?.markPrice, state?.oraclePrice, mid].find((price) => price !== undefined && price > 0n);
  }

  private seen<T>(value: T): Seen<T> {
    return { value, atMonotonicMs: this.clock.monotonicMs() };
  }

  private age({ atMonotonicMs }: Seen<unknown>): number {
    return this.clock.monotonicMs() - atMonotonicMs;
  }
}

function midOf(book: Book): Price | undefined {
  const bid = book.bids[0];
  const ask = book.asks[0];
  return book.valid && bid !== undefined && ask !== undefined ? (((bid.price + ask.price) / 2n) as Price) : undefined;
}
