import { type BookUnits, NOT_A_COUNT, type OrderBook } from '@argosy/market-data-core';
import type { JsonRecord } from './read-json.js';

interface Best {
  readonly bidTicks: number;
  readonly bidLots: number;
  readonly askTicks: number;
  readonly askLots: number;
}

/** Both streams carry the same ids but not in step: on USD-M they drift apart by up to a hundred events. */
const REMEMBERED_MAX = 2_048;

const isEqual = (a: Best, b: Best): boolean =>
  a.bidTicks === b.bidTicks && a.bidLots === b.bidLots && a.askTicks === b.askTicks && a.askLots === b.askLots;

const describe = ({ bidTicks, bidLots, askTicks, askLots }: Best): string =>
  `${String(bidLots)} @ ${String(bidTicks)} | ${String(askLots)} @ ${String(askTicks)}`;

/** A map that forgets its oldest entry. */
class Recent<V> {
  readonly #entries = new Map<number, V>();
  get(id: number): V | undefined {
    return this.#entries.get(id);
  }
  remember(id: number, value: V): void {
    this.#entries.set(id, value);
    if (this.#entries.size <= REMEMBERED_MAX) return;
    const oldest = this.#entries.keys().next();
    if (oldest.done !== true) this.#entries.delete(oldest.value);
  }
  clear(): void {
    this.#entries.clear();
  }
}

/** The venue's best bid and ask, in our counts; undefined when it is not exact or a side is empty. */
export function readBest(data: JsonRecord, units: BookUnits): Best | undefined {
  const { b, B, a, A } = data;
  if (typeof b !== 'string' || typeof B !== 'string' || typeof a !== 'string' || typeof A !== 'string')
    return undefined;
  const best = {
    bidTicks: units.tick.toCount(b),
    bidLots: units.size.toCount(B),
    askTicks: units.tick.toCount(a),
    askLots: units.size.toCount(A),
  };
  if (best.bidTicks <= 0 || best.askTicks <= 0 || best.bidLots === NOT_A_COUNT || best.askLots === NOT_A_COUNT)
    return undefined;
  return best;
}

/**
 * The book against the exchange's own best bid and ask: whenever a bookTicker carries the id at which a diff ended, both
 * describe the same moment and must be equal in price and size. A difference proves that our book is wrong.
 */
export class BestComparison {
  comparisons = 0;
  mismatches = 0;
  readonly #books = new Recent<Best>();
  readonly #tickers = new Recent<Best>();

  /** After a diff ending at `id` was applied. The difference as text, or undefined. */
  bookAt(id: number, book: OrderBook): string | undefined {
    const ours: Best = {
      bidTicks: book.bestBidTicks,
      bidLots: book.bestBidLots,
      askTicks: book.bestAskTicks,
      askLots: book.bestAskLots,
    };
    this.#books.remember(id, ours);
    const theirs = this.#tickers.get(id);
    return theirs === undefined ? undefined : this.#compare(id, ours, theirs);
  }

  tickerAt(id: number, theirs: Best): string | undefined {
    const ours = this.#books.get(id);
    if (ours !== undefined) return this.#compare(id, ours, theirs);
    this.#tickers.remember(id, theirs);
    return undefined;
  }

  /** Our books before a new snapshot say nothing about the ones after; the venue's tickers stay true. */
  forgetBooks(): void {
    this.#books.clear();
  }
  forgetAll(): void {
    this.#books.clear();
    this.#tickers.clear();
  }

  #compare(id: number, ours: Best, theirs: Best): string | undefined {
    this.comparisons += 1;
    if (isEqual(ours, theirs)) return undefined;
    this.mismatches += 1;
    return `at id ${String(id)} the book has ${describe(ours)}, the venue ${describe(theirs)} (lots @ ticks)`;
  }
}
