import { scenario, type Scenario } from './scenario.js';
import { ms, times, percent, at, now, venue, WINDOW_MS } from './scenario-parts.js';

/** The exchange misbehaves. */
export const VENUE_SCENARIOS: readonly Scenario[] = [
  scenario({
    name: 'accept-then-time-out',
    story: 'orders are accepted and never answered',
    faults: ['F-08', 'F-30'],
    settings: { count: times(3), forMs: ms(WINDOW_MS) },
    steps: ({ count, forMs }) =>
      now({
        kind: 'venue',
        fault: 'accept_then_timeout',
        target: { lane: 'acknowledgement', channel: 'order' },
        count,
        forMs,
      }),
  }),
  scenario({
    name: 'errors-after-accept',
    story: 'orders are accepted and answered with 502',
    faults: ['F-30'],
    settings: { percent: percent(50), forMs: ms(WINDOW_MS) },
    steps: ({ percent: share, forMs }) =>
      now({ kind: 'venue', fault: 'error_after_accept', target: { channel: 'order' }, rate: share / 100, forMs }),
  }),
  venue('errors-before-accept', 'orders are answered with 502 and not taken', ['F-30'], 'error_before_accept', {
    target: { lane: 'request', channel: 'order' },
    rate: 0.5,
  }),
  scenario({
    name: 'not-found-for-a-while',
    story: 'orders are accepted, not answered, and at first not found',
    faults: ['F-30'],
    settings: { count: times(2), lagMs: ms(2_000, 1_000, 2_000, 4_000), forMs: ms(WINDOW_MS) },
    steps: ({ count, lagMs, forMs }) => [
      at(0, { kind: 'venue', fault: 'accept_then_timeout', target: { channel: 'order' }, count, forMs }),
      at(0, { kind: 'venue', fault: 'not_found', target: { lane: 'read' }, settings: { ms: lagMs }, forMs }),
    ],
  }),
  scenario({
    name: 'stream-cut',
    story: 'private and public streams are cut, and come back without a snapshot',
    faults: ['F-31'],
    settings: { count: times(3), forMs: ms(6_000, 3_000, 6_000) },
    steps: ({ count, forMs }) => [
      at(0, { kind: 'venue', fault: 'disconnect', target: { lane: 'private' }, count, forMs }),
      at(0, { kind: 'venue', fault: 'disconnect', target: { lane: 'public' }, rate: 0.05, count, forMs }),
      at(0, { kind: 'venue', fault: 'no_snapshot', target: { lane: 'private' }, forMs }),
    ],
  }),
  scenario({
    name: 'late-fills',
    story: 'private frames come late, twice and in another order',
    faults: ['F-32'],
    settings: { delayMs: ms(1_500, 500, 1_500, 3_000), forMs: ms(WINDOW_MS) },
    steps: ({ delayMs, forMs }) => [
      at(0, {
        kind: 'venue',
        fault: 'delay',
        target: { lane: 'private' },
        rate: 0.5,
        settings: { ms: delayMs },
        forMs,
      }),
      at(0, { kind: 'venue', fault: 'duplicate', target: { lane: 'private' }, rate: 0.3, forMs }),
      at(0, { kind: 'venue', fault: 'reorder', target: { lane: 'private' }, rate: 0.3, forMs }),
    ],
  }),
  venue('fill-after-cancel', 'cancelled orders trade before they end', ['F-32'], 'fill_after_cancel', {
    settings: { ms: 300, share: 0.5 },
  }),
  venue('fill-before-cancel', 'orders trade as their cancel arrives', ['F-32'], 'fill_before_cancel'),
  venue('half-open', 'the exchange’s sockets stay open and nothing flows', ['F-07', 'F-34'], 'half_open'),
  scenario({
    name: 'book-gap',
    story: 'book updates are missing, come again, cross and lie',
    faults: ['F-33'],
    settings: { percent: percent(20), forMs: ms(6_000, 3_000, 6_000) },
    steps: ({ percent: share, forMs }) =>
      (['book_gap', 'book_rewind', 'book_crossed', 'book_checksum'] as const).map((fault) =>
        at(0, { kind: 'venue', fault, target: { lane: 'public' }, rate: share / 100, forMs }),
      ),
  }),
  scenario({
    name: 'price-spike',
    story: 'prices of the trading venue are a fraction or a multiple of what they are',
    faults: ['F-35'],
    settings: {
      percent: { usual: 10, least: 1, most: 10_000, drawn: [10, 110, 1_000] },
      forMs: ms(4_000, 2_000, 6_000),
    },
    steps: ({ percent: factor, forMs }) =>
      now({
        kind: 'venue',
        fault: 'bad_price',
        target: { venue: 'hyperliquid', lane: 'public' },
        settings: { value: 'spike', factor: factor / 100 },
        forMs,
      }),
  }),
  scenario({
    name: 'price-nonsense',
    story: 'prices of zero, below zero, absurd, and none at all',
    faults: ['F-35'],
    settings: { forMs: ms(4_000, 2_000, 6_000) },
    steps: ({ forMs }) =>
      ['zero', 'negative', 'nan', 'huge'].map((value) =>
        at(0, { kind: 'venue', fault: 'bad_price', target: { lane: 'public' }, rate: 0.2, settings: { value }, forMs }),
      ),
  }),
  scenario({
    name: 'rate-limit-storm',
    story: 'requests are answered 429 with Retry-After',
    faults: ['F-37'],
    settings: { percent: percent(40), waitMs: ms(1_000, 500, 1_000, 2_000), forMs: ms(6_000, 3_000, 6_000) },
    steps: ({ percent: share, waitMs, forMs }) =>
      now({ kind: 'venue', fault: 'rate_limited', rate: share / 100, settings: { ms: waitMs }, forMs }),
  }),
  scenario({
    name: 'clock-jump',
    story: 'the exchange’s clock jumps',
    faults: ['F-36'],
    settings: {
      jumpMs: { usual: 5_000, least: -60_000, most: 60_000, drawn: [-5_000, -1_500, 1_500, 5_000] },
      forMs: ms(6_000, 3_000, 6_000),
    },
    steps: ({ jumpMs, forMs }) => now({ kind: 'venue', fault: 'clock_offset', settings: { ms: jumpMs }, forMs }),
  }),
  venue('maintenance', 'every order cancelled, sockets closed, 503', ['F-37'], 'maintenance'),
  venue('mass-cancel', 'the exchange cancels every order', ['F-37'], 'mass_cancel', {}, ms(500)),
  venue('deleveraged', 'the exchange takes half of every position', ['F-38'], 'auto_deleveraging', {}, ms(500)),
  scenario({
    name: 'unknown-words',
    story: 'statuses nobody knows and fields nobody asked for',
    faults: ['F-38'],
    settings: { forMs: ms(5_000, 3_000, 5_000) },
    steps: ({ forMs }) => [
      at(0, { kind: 'venue', fault: 'unknown_enum', target: { lane: 'private' }, rate: 0.3, forMs }),
      at(0, { kind: 'venue', fault: 'unknown_field', forMs }),
    ],
  }),
  scenario({
    name: 'torn-answers',
    story: 'answers and frames are cut in half or swollen',
    faults: ['F-26', 'F-30'],
    settings: { percent: percent(20), forMs: ms(5_000, 3_000, 5_000) },
    steps: ({ percent: share, forMs }) => [
      at(0, { kind: 'venue', fault: 'truncated', rate: share / 100, forMs }),
      at(0, { kind: 'venue', fault: 'giant', rate: 0.02, forMs }),
    ],
  }),
  scenario({
    name: 'halted-market',
    story: 'the exchange takes no order for one market',
    faults: ['F-39'],
    settings: { forMs: ms(5_000, 3_000, 8_000) },
    steps: ({ forMs }) => now({ kind: 'venue', fault: 'halt', target: { coin: 'BTC' }, forMs }),
  }),
  venue('coarser-ticks', 'tick and lot of a market change, and change back', ['F-39'], 'instrument_change', {
    target: { coin: 'BTC' },
  }),
  {
    ...venue(
      'key-revoked',
      'the exchange does not know the signing key: halted until a person acts',
      ['F-40'],
      'key_revoked',
    ),
    isByHand: true,
  },
  venue('nonce-too-old', 'nonces are refused as too old', ['F-40'], 'nonce_too_old', { rate: 0.5 }),
];
