import { type Counter, type Gauge, type Histogram, LATENCY_BUCKETS_SECONDS, type Metrics } from '@argosy/platform-port';

/** Everything market-data counts. */
export class MarketDataMetrics {
  readonly events: Counter<'venue' | 'kind'>;
  readonly booksPublished: Counter<'venue' | 'validity'>;
  readonly booksConflated: Counter<'venue'>;
  readonly publishFailures: Counter<'venue'>;
  readonly feeds: Gauge<'venue' | 'state'>;
  readonly feedBreaks: Counter<'venue' | 'state'>;
  readonly feedLatency: Histogram<'venue'>;
  readonly tickToPublish: Histogram<'venue'>;
  readonly recordedBytes: Counter<'venue'>;
  readonly recordingDropped: Counter<'venue'>;

  constructor(metrics: Metrics) {
    this.events = metrics.counter({
      name: 'argosy_market_data_events_total',
      help: 'Books, trades, states and candles taken from a venue.',
      labels: ['venue', 'kind'],
    });
    this.booksPublished = metrics.counter({
      name: 'argosy_market_data_books_published_total',
      help: 'Books sent to the fleet, valid ones and those that tell that nothing is known.',
      labels: ['venue', 'validity'],
    });
    this.booksConflated = metrics.counter({
      name: 'argosy_market_data_books_conflated_total',
      help: 'Books replaced by a newer one before they were sent.',
      labels: ['venue'],
    });
    this.publishFailures = metrics.counter({
      name: 'argosy_market_data_publish_failures_total',
      help: 'Messages that could not be sent because the message bus was away or full.',
      labels: ['venue'],
    });
    this.feeds = metrics.gauge({
      name: 'argosy_market_data_feeds',
      help: 'Subscriptions in each state; anything but live means that their books are not served.',
      labels: ['venue', 'state'],
    });
    this.feedBreaks = metrics.counter({
      name: 'argosy_market_data_feed_breaks_total',
      help: 'Times a live subscription stopped being trustworthy, by what was wrong.',
      labels: ['venue', 'state'],
    });
    this.feedLatency = metrics.histogram({
      name: 'argosy_market_data_feed_latency_seconds',
      help: 'Age of a venue event at its arrival, by the measured venue clock.',
      labels: ['venue'],
      buckets: LATENCY_BUCKETS_SECONDS,
    });
    this.tickToPublish = metrics.histogram({
      name: 'argosy_market_data_tick_to_publish_seconds',
      help: 'Time from a frame arriving to its book being sent to the fleet, conflation included.',
      labels: ['venue'],
      buckets: LATENCY_BUCKETS_SECONDS,
    });
    this.recordedBytes = metrics.counter({
      name: 'argosy_market_data_recorded_bytes_total',
      help: 'Raw frames written to recordings, before compression.',
      labels: ['venue'],
    });
    this.recordingDropped = metrics.counter({
      name: 'argosy_market_data_recording_dropped_total',
      help: 'Raw frames that were not recorded because the disk was too slow, failing or at its limit.',
      labels: ['venue'],
    });
  }
}
