import type { Timer, Timers } from '@argosy/domain';
import type { Counter, Metrics } from '@argosy/platform-port';
import type { BinanceMarketData, BinanceStatistics } from '@argosy/venue-binance';

const EVERY_MS = 1_000;

const COUNTED: Readonly<Record<keyof BinanceStatistics, readonly [name: string, help: string] | undefined>> = {
  messages: ['frames', 'Websocket frames received from Binance.'],
  gaps: ['chain_gaps', 'Broken chains of Binance book diffs, malformed ones included.'],
  crossed: ['crossed_books', 'Books that crossed after a diff and were thrown away.'],
  snapshots: ['snapshots', 'Book snapshots loaded from Binance.'],
  unreadable: ['unreadable_frames', 'Binance frames that were not understood and changed nothing.'],
  comparisons: ['best_comparisons', 'Books compared with the best bid and ask that Binance itself gives.'],
  mismatches: [
    'best_mismatches',
    "Comparisons with Binance's own best bid and ask that differed; each one discards the book.",
  ],
  connections: ['connections', 'Connections to Binance that opened.'],
  diffs: undefined,
  tickers: undefined,
  trades: undefined,
  states: undefined,
};

/** Puts what the Binance adapters count on the metrics page. */
export class BinanceCounts {
  readonly #counters = new Map<keyof BinanceStatistics, Counter<'venue'>>();
  readonly #seen = new Map<BinanceMarketData, BinanceStatistics>();
  #timer: Timer | undefined;

  constructor(
    private readonly venues: readonly BinanceMarketData[],
    private readonly timers: Timers,
    metrics: Metrics,
  ) {
    for (const [key, spec] of Object.entries(COUNTED)) {
      if (spec === undefined) continue;
      const counter = metrics.counter({
        name: `argosy_market_data_${spec[0]}_total`,
        help: spec[1],
        labels: ['venue'],
      });
      this.#counters.set(key as keyof BinanceStatistics, counter);
    }
  }

  start(): void {
    this.#timer = this.timers.every(EVERY_MS, () => this.#read());
  }
  stop(): void {
    this.#timer?.cancel();
    this.#read();
  }

  #read(): void {
    for (const venue of this.venues) {
      const { statistics } = venue;
      const before = this.#seen.get(venue);
      for (const [key, counter] of this.#counters)
        counter.add({ venue: venue.venue }, statistics[key] - (before?.[key] ?? 0));
      this.#seen.set(venue, statistics);
    }
  }
}
