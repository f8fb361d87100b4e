/**
 * Every way the simulated exchange can be told to misbehave: where it acts, what can be set, and what it shows. The
 * README's table and the control port's answer are made of this.
 */

/** What passes between a client and the venue, by what it is for. */
export const LANES = ['request', 'acknowledgement', 'read', 'private', 'public'] as const;
/**
 * `request`: a signed action on its way in; `acknowledgement`: its answer; `read`: the answer to a question;
 * `private` and `public`: frames of streams.
 */
export type Lane = (typeof LANES)[number];

/**
 * `message`: drawn for each message of its lanes. `state`: holds while its rule is active. `world`: happens once when
 * its rule becomes active, and is undone, where that can be, when it ends.
 */
export type FaultKind = 'message' | 'state' | 'world';

export type Setting =
  | { readonly fallback: number; readonly least: number; readonly most: number }
  | { readonly fallback: string; readonly choices: readonly string[] };

export interface FaultSpec {
  readonly kind: FaultKind;
  /** Empty for faults that no message carries. */
  readonly lanes: readonly Lane[];
  readonly settings: Readonly<Record<string, Setting>>;
  readonly text: string;
}

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const MEBIBYTE = 1_048_576;
const ms = (fallback: number, most = 10 * MINUTE_MS): Setting => ({ fallback, least: 0, most });
const share = (fallback: number): Setting => ({ fallback, least: 0.000_001, most: 1 });
const status = (fallback: number): Setting => ({ fallback, least: 500, most: 599 });
const ANSWERS: readonly Lane[] = ['acknowledgement', 'read'];
const FRAMES: readonly Lane[] = ['private', 'public'];

const message = (
  lanes: readonly Lane[],
  text: string,
  settings: Readonly<Record<string, Setting>> = {},
): FaultSpec => ({
  kind: 'message',
  lanes,
  settings,
  text,
});
const state = (text: string, settings: Readonly<Record<string, Setting>> = {}): FaultSpec => ({
  kind: 'state',
  lanes: [],
  settings,
  text,
});
const world = (text: string, settings: Readonly<Record<string, Setting>> = {}): FaultSpec => ({
  kind: 'world',
  lanes: [],
  settings,
  text,
});

export const FAULTS = {
  delay: message(LANES, 'Held for `ms` and up to `jitterMs` more; the order within a lane of one connection stays.', {
    ms: ms(500),
    jitterMs: ms(0),
  }),
  drop: message(LANES, 'Lost. A request or an answer that is lost leaves its caller waiting.'),
  duplicate: message(LANES, 'Comes twice. An answer over HTTP cannot.'),
  reorder: message(LANES, 'Comes after the next message of its lane, at the latest after `ms`.', { ms: ms(1_000) }),
  disconnect: message(LANES, 'The connection ends in place of it: nobody is told why.'),
  error_before_accept: message(['request', 'read'], 'Answered `status`, and nothing was done.', {
    status: status(502),
  }),
  error_after_accept: message(['acknowledgement'], 'Done, and answered `status`.', { status: status(502) }),
  accept_then_timeout: message(['acknowledgement'], 'Done, and never answered.'),
  not_found: message(['read'], 'Orders and fills younger than `ms` are not found.', { ms: ms(2_000) }),
  stale_read: message(['read'], 'The answer that the same question got up to `ms` ago.', { ms: ms(5_000) }),
  balance_lag: message(['read'], 'Account states as they were up to `ms` ago.', { ms: ms(5_000) }),
  truncated: message([...ANSWERS, ...FRAMES], 'Half of it.'),
  giant: message([...ANSWERS, ...FRAMES], 'With `bytes` more of nothing.', {
    bytes: { fallback: 8 * MEBIBYTE, least: 1, most: 64 * MEBIBYTE },
  }),
  wrong_answer: message(ANSWERS, 'The answer that somebody got to another request.'),
  unknown_enum: message([...ANSWERS, ...FRAMES], 'Statuses, directions and, on public streams, names nobody knows.'),
  unknown_field: message([...ANSWERS, ...FRAMES], 'Further fields in every object.'),
  book_gap: message(['public'], 'A book update is missing.'),
  book_rewind: message(['public'], 'An older book update comes again in place of the new one.'),
  book_checksum: message(['public'], 'The best level of a book update has a size that it does not have.'),
  book_crossed: message(['public'], 'A book whose best bid is above its best ask.'),
  bad_price: message(['public'], 'Prices of zero, below zero, not numbers, absurd, or `factor` times what they are.', {
    value: { fallback: 'spike', choices: ['zero', 'negative', 'nan', 'huge', 'spike'] },
    factor: { fallback: 0.1, least: 0.000_001, most: 1_000_000 },
  }),
  no_snapshot: message(FRAMES, 'A subscription is confirmed and begins without its snapshot.'),
  half_open: state('Sockets stay open and nothing flows, neither way.'),
  clock_offset: state(
    "The venue's clock is `ms` ahead and gains `ppm` microseconds a second. It never goes back: behind, it stands still.",
    {
      ms: { fallback: 5_000, least: -DAY_MS, most: DAY_MS },
      ppm: { fallback: 0, least: -100_000, most: 100_000 },
    },
  ),
  rate_limited: message(
    ['request', 'read'],
    'Answered 429 with Retry-After; asked again `strikes` times before that, a ban of `banMs`.',
    {
      ms: ms(2_000),
      strikes: { fallback: 3, least: 1, most: 1_000 },
      banMs: ms(30_000, DAY_MS),
    },
  ),
  key_revoked: message(['request'], 'The signer is nobody: answered as if its key had been removed. Nothing was done.'),
  nonce_too_old: message(['request'], 'Refused as if its nonce were below the window. Nothing was done.'),
  fill_before_cancel: message(['request'], 'An order that is to be cancelled trades `share` of itself first.', {
    share: share(0.5),
  }),
  fill_after_cancel: message(
    ['request'],
    'A cancel is answered with success, trades `share` after `ms`, and only then is done.',
    {
      ms: ms(500),
      share: share(0.5),
    },
  ),
  liquidation: world('The venue closes `share` of the positions at the mark price and cancels what is open.', {
    share: share(1),
  }),
  auto_deleveraging: world('The venue takes `share` of the positions at the mark price.', { share: share(0.5) }),
  halt: world('Nothing can be placed; ends with its rule.'),
  delist: world('Orders end, nothing can be placed, and the list of assets says so. For good.'),
  instrument_change: world(
    'Coarser lots (by `fewerDecimals` places) and ticks (`figures` significant ones); ends with its rule.',
    {
      fewerDecimals: { fallback: 1, least: 0, most: 5 },
      figures: { fallback: 5, least: 1, most: 5 },
    },
  ),
  mass_cancel: world('The venue cancels every order.'),
  maintenance: {
    kind: 'world',
    lanes: [],
    text: 'Every order cancelled, every asset halted, sockets closed, answers of 503; ends with its rule.',
    settings: { answers: { fallback: 'none', choices: ['none', 'reads'] } },
  },
} as const satisfies Record<string, FaultSpec>;

export type FaultName = keyof typeof FAULTS;
export const FAULT_NAMES = Object.keys(FAULTS) as readonly FaultName[];
export const faultSpec = (name: FaultName): FaultSpec => FAULTS[name];
