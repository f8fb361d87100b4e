import type { FaultName } from '@argosy/exchange-core';
import { type Act, type DiskUser, type Scenario, scenario, type Setting, type Step, type Target } from './scenario.js';

/** A length of time in milliseconds. */
const ms = (usual: number, ...drawn: readonly number[]): Setting => ({
  usual,
  least: 100,
  most: 60_000,
  drawn: drawn.length === 0 ? [usual] : drawn,
});
const times = (usual: number): Setting => ({ usual, least: 1, most: 1_000, drawn: [1, usual, 2 * usual] });
/** Of a hundred messages. */
const percent = (usual: number): Setting => ({ usual, least: 1, most: 100, drawn: [Math.ceil(usual / 2), usual] });

const at = (atMs: number, act: Act): Step => ({ ...act, atMs });
const now = (act: Act): readonly Step[] => [at(0, act)];
const dead = (who: Target): readonly Step[] => now({ kind: 'kill', who });
const none = {};

/** A fault of the exchange that lasts and needs nothing else. */
const venue = (
  name: string,
  story: string,
  faults: readonly string[],
  fault: FaultName,
  rest: Omit<Extract<Act, { kind: 'venue' }>, 'kind' | 'fault' | 'forMs'> = {},
  lasts: Setting = ms(5_000, 2_000, 8_000),
): Scenario =>
  scenario({
    name,
    story,
    faults,
    settings: { forMs: lasts },
    steps: ({ forMs }) => now({ kind: 'venue', fault, ...rest, forMs }),
  });

const killed = (name: string, who: Target, fault = 'F-12'): Scenario =>
  scenario({
    name,
    story: `kill -9 of ${who.replace('leader:', 'whoever leads ')}`,
    faults: [fault],
    settings: none,
    steps: () => dead(who),
  });

/** By a limit of file sizes, which takes a tool of Linux. */
const diskFull = (name: string, story: string, who: DiskUser): Scenario => ({
  ...scenario({
    name,
    story,
    faults: ['F-14'],
    settings: { forMs: ms(5_000) },
    steps: ({ forMs }) => now({ kind: 'full_disk', who, forMs }),
  }),
  isByHand: true,
});

/** Long enough to send an order, short enough to wait for. */
const WINDOW_MS = 8_000;

/** What can be done to a running fleet, in the order it is listed. */
export const SCENARIOS: readonly Scenario[] = [
  scenario({
    name: 'kill-leader',
    story: 'kill -9 of whoever leads execution',
    faults: ['F-01'],
    settings: none,
    steps: () => dead('leader:execution'),
  }),
  scenario({
    name: 'hand-over',
    story: 'SIGTERM to whoever leads execution: it drains and hands over',
    faults: ['F-02'],
    settings: none,
    steps: () => now({ kind: 'end', who: 'leader:execution' }),
  }),
  scenario({
    name: 'freeze-leader',
    story: 'execution’s leader stands still, and comes back as a zombie',
    faults: ['F-03', 'F-04'],
    settings: { forMs: ms(2_000, 500, 2_000, 10_000) },
    steps: ({ forMs }) => now({ kind: 'freeze', who: 'leader:execution', forMs }),
  }),
  killed('kill-risk', 'leader:risk'),
  killed('kill-ledger', 'leader:ledger'),
  killed('kill-market-data', 'leader:market-data'),
  killed('kill-strategy-host', 'leader:strategy-host'),
  killed('kill-gateway', 'leader:ops-gateway'),
  scenario({
    name: 'freeze-risk',
    story: 'risk’s leader stands still, and comes back as a zombie',
    faults: ['F-03', 'F-12'],
    settings: { forMs: ms(4_000, 2_000, 4_000, 8_000) },
    steps: ({ forMs }) => now({ kind: 'freeze', who: 'leader:risk', forMs }),
  }),
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
  scenario({
    name: 'exchange-frozen',
    story: 'the exchange stands still, clock and all',
    faults: ['F-07'],
    settings: { forMs: ms(3_000, 1_000, 3_000, 8_000) },
    steps: ({ forMs }) => now({ kind: 'freeze', who: 'exchange-sim', forMs }),
  }),
  scenario({
    name: 'postgres-frozen',
    story: 'the database stands still, every process of it',
    faults: ['F-06', 'F-19'],
    settings: { forMs: ms(3_000, 500, 3_000, 8_000) },
    steps: ({ forMs }) => now({ kind: 'freeze', who: 'postgres', forMs }),
  }),
  killed('postgres-down', 'postgres', 'F-16'),
  killed('nats-down', 'nats', 'F-22'),
  scenario({
    name: 'nats-wiped',
    story: 'kill -9 of nats and the loss of everything it had stored',
    faults: ['F-24'],
    settings: none,
    steps: () => now({ kind: 'wipe', who: 'nats' }),
  }),
  scenario({
    name: 'nats-frozen',
    story: 'the message server stands still',
    faults: ['F-22', 'F-23'],
    settings: { forMs: ms(3_000, 1_000, 3_000, 8_000) },
    steps: ({ forMs }) => now({ kind: 'freeze', who: 'nats', forMs }),
  }),
  diskFull('disk-full', 'every file of the services and their strategies is full', 'services'),
  diskFull('postgres-disk-full', 'the database can write none of its files', 'postgres'),
  {
    ...scenario({
      name: 'nats-disk-full',
      story:
        'the message server can write none of its files, then is started again: it does not try a failed file again',
      faults: ['F-14', 'F-22'],
      settings: { forMs: ms(5_000) },
      steps: ({ forMs }) => [
        at(0, { kind: 'full_disk', who: 'nats', forMs }),
        at(forMs + 500, { kind: 'end', who: 'nats' }),
      ],
    }),
    isByHand: true,
  },
  {
    ...scenario({
      name: 'kill-switch-disk-full',
      story: 'the kill switch while every file of the services and their strategies is full',
      faults: ['F-14', 'F-28'],
      settings: { killMs: ms(2_000), forMs: ms(6_000) },
      steps: ({ killMs, forMs }) => [
        at(0, { kind: 'full_disk', who: 'services', forMs }),
        at(killMs, { kind: 'kill_switch' }),
      ],
    }),
    isByHand: true,
  },
  scenario({
    name: 'kill-switch',
    story: 'the kill switch, with nothing else wrong',
    faults: ['F-28'],
    settings: none,
    steps: () => now({ kind: 'kill_switch' }),
  }),
  scenario({
    name: 'kill-switch-under-fault',
    story: 'the kill switch while answers are lost, errors or late',
    faults: ['F-28', 'F-30'],
    settings: { killMs: ms(1_500, 500, 1_500), forMs: ms(5_000) },
    steps: ({ killMs, forMs }) => [
      at(0, { kind: 'venue', fault: 'accept_then_timeout', target: { lane: 'acknowledgement' }, rate: 0.3, forMs }),
      at(0, { kind: 'venue', fault: 'error_after_accept', target: { lane: 'acknowledgement' }, rate: 0.3, forMs }),
      at(0, { kind: 'venue', fault: 'delay', target: { lane: 'private' }, settings: { ms: 1_000 }, forMs }),
      at(killMs, { kind: 'kill_switch' }),
    ],
  }),
  scenario({
    name: 'kill-switch-in-failover',
    story: 'the kill switch while execution fails over',
    faults: ['F-01', 'F-28'],
    settings: { killMs: ms(400, 100, 400, 1_000) },
    steps: ({ killMs }) => [at(0, { kind: 'kill', who: 'leader:execution' }), at(killMs, { kind: 'kill_switch' })],
  }),
];

export const scenarioNamed = (name: string): Scenario | undefined => SCENARIOS.find((one) => one.name === name);
