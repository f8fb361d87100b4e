/**
 * How much the fleet, or one account, may do, from the most to the least (I-60). A failing part moves it to the right and
 * never sideways. A cancel is allowed in every mode: it only ever shrinks risk.
 *
 * `full`: everything. `reduce_only`: orders that shrink a position. `cancel_only`: no orders. `halted`: no orders, and what
 * still rests at the venue is pulled.
 */
export const TRADING_MODES = ['full', 'reduce_only', 'cancel_only', 'halted'] as const;
export type TradingMode = (typeof TRADING_MODES)[number];

type Row = Readonly<Record<string, readonly [mode: TradingMode, why: string]>>;

/**
 * What each part's health makes of trading: the whole policy of degradation, one table. A health that is not listed does not
 * exist; every part lists `ok`.
 */
export const MODE_TABLE = {
  postgres: {
    ok: ['full', 'Postgres answers'],
    // An order without a durable intent must not leave (I-06), a reduction is an order; a cancel needs no intent.
    unreachable: ['cancel_only', 'Postgres does not answer: no intent can be made durable'],
  },
  nats: {
    ok: ['full', 'NATS is connected and stores events'],
    // What becomes of an order is durable in its journal, but neither risk nor the ledger hears of it.
    degraded: ['reduce_only', 'NATS does not store events'],
    unreachable: ['cancel_only', 'NATS is away: neither orders nor halts can be heard'],
  },
  market_data: {
    ok: ['full', 'every price an order needs is fresh'],
    degraded: ['reduce_only', 'a feed or a reference is not live'],
    unreachable: ['cancel_only', 'no price is fresh'],
  },
  clock: {
    ok: ['full', 'the offset to the venue is known well enough'],
    // I-56: without it no venue-side expiry can be trusted, and that is what fences every order, reductions too.
    uncertain: ['cancel_only', 'the offset to the venue is not known well enough'],
  },
  venue: {
    ok: ['full', 'the venue answers and its account stream is live'],
    degraded: ['reduce_only', 'the venue limits us or its account stream is behind'],
    unreachable: ['cancel_only', 'the venue does not answer'],
    key_revoked: ['halted', 'the venue refuses our key'],
    foreign_epoch: ['halted', 'somebody else trades on this account'],
  },
  circuit_breaker: {
    ok: ['full', 'not tripped'],
    tripped: ['reduce_only', 'the circuit breaker is tripped'],
  },
  loss_limit: {
    ok: ['full', 'within every limit'],
    breached: ['reduce_only', 'the account lost more than it may'],
    exhausted: ['cancel_only', 'the account lost all that it may'],
    unknown: ['reduce_only', 'the account equity is not known, so its losses are not'],
  },
  operator: {
    ok: ['full', 'trading is enabled'],
    reduce_only: ['reduce_only', 'a person allows reductions only'],
    draining: ['cancel_only', 'new signals are disabled'],
    disabled: ['cancel_only', 'trading is not enabled'],
  },
  kill: {
    ok: ['full', 'not killed'],
    // I-13: not known is closed, but only a kill latches.
    unknown: ['cancel_only', 'whether trading is allowed is not known'],
    latched: ['halted', 'the kill switch is latched'],
  },
} as const satisfies Record<string, Row>;

export type ModeComponent = keyof typeof MODE_TABLE;
export type ComponentHealth<C extends ModeComponent = ModeComponent> = C extends ModeComponent
  ? keyof (typeof MODE_TABLE)[C] & string
  : never;
export const MODE_COMPONENTS = Object.keys(MODE_TABLE) as readonly ModeComponent[];

/** Why a mode is not `full`. */
export interface ModeCause {
  readonly component: ModeComponent;
  readonly health: string;
  readonly mode: TradingMode;
  /** For people; says what was seen where it is known. */
  readonly reason: string;
}

/** A mode and everything that makes it so; no causes means `full`. */
export interface ModeStatement {
  readonly mode: TradingMode;
  readonly causes: readonly ModeCause[];
}

export const FULL_MODE: ModeStatement = { mode: 'full', causes: [] };

/** The cause that a part's health is, or undefined while it costs nothing. */
export function modeCause<C extends ModeComponent>(
  component: C,
  health: ComponentHealth<C>,
  detail = '',
): ModeCause | undefined {
  const [mode, why] = (MODE_TABLE[component] as Row)[health] ?? ['halted', `${component} is ${health}`];
  return mode === 'full' ? undefined : { component, health, mode, reason: detail === '' ? why : `${why}: ${detail}` };
}

const rank = (mode: TradingMode): number => TRADING_MODES.indexOf(mode);

/** Whether the first allows less than the second. */
export const isStricter = (a: TradingMode, b: TradingMode): boolean => rank(a) > rank(b);

/** The one that allows least; `full` of none. */
export const strictest = (modes: Iterable<TradingMode>): TradingMode =>
  [...modes].reduce<TradingMode>((worst, mode) => (isStricter(mode, worst) ? mode : worst), 'full');

/** The mode that causes add up to: the strictest of them. */
export function stateMode(causes: Iterable<ModeCause | undefined>): ModeStatement {
  const present = [...causes].filter((cause) => cause !== undefined);
  return present.length === 0 ? FULL_MODE : { mode: strictest(present.map(({ mode }) => mode)), causes: present };
}

/** An account under the fleet's mode: both sets of causes count. */
export const underFleet = (fleet: ModeStatement, account: ModeStatement | undefined): ModeStatement =>
  account === undefined ? fleet : stateMode([...fleet.causes, ...account.causes]);

/** Whether an order may be made under a mode; a cancel always may. */
export const admitsOrder = (mode: TradingMode, order: { readonly reduceOnly: boolean }): boolean =>
  mode === 'full' || (mode === 'reduce_only' && order.reduceOnly);

/** One line for people: "reduce_only (venue: the venue limits us)". */
export const describeMode = ({ mode, causes }: ModeStatement): string =>
  causes.length === 0
    ? mode
    : `${mode} (${causes.map(({ component, reason }) => `${component}: ${reason}`).join('; ')})`;
