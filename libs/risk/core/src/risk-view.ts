import type {
  AccountKind,
  Amount,
  Instrument,
  ModeStatement,
  OrderRequest,
  Price,
  Quantity,
  Refusal,
  Venue,
} from '@argosy/domain';
import type { InstrumentLimits, RiskLimits, StrategyLimits } from './limits.js';

/** A price that somebody else than the strategy vouches for. */
export interface ReferencePrice {
  /** `oracle` of the venue, or the reference instrument. */
  readonly source: string;
  readonly price: Price;
  readonly ageMs: number;
}

/** Positions at their worst: as if every open order of one side filled and none of the other. Never negative. */
export interface WorstCase {
  readonly long: Quantity;
  readonly short: Quantity;
}

export interface AccountView {
  readonly kind: AccountKind;
  readonly venue: Venue;
  /** Undefined while never observed. */
  readonly equity: Amount | undefined;
  readonly equityAgeMs: number;
  /** As the venue last stated it: behind by what was ordered and filled since. */
  readonly marginUsed: Amount;
  /** The account's own gross exposure with this order, USD; undefined when something in it cannot be valued. */
  readonly gross: Amount | undefined;
  /** Least margin of the account's worst positions with this order, USD; undefined likewise. */
  readonly marginWorst: Amount | undefined;
  /** Execution has reconciled it and follows it. */
  readonly ready: boolean;
}

/** Whether trading is allowed, as risk's own store says. */
export interface TradingView {
  /** False until the store has been read, and again when it cannot be. */
  readonly known: boolean;
  readonly tradingEnabled: boolean;
  readonly newSignalsEnabled: boolean;
  readonly killed: boolean;
  /** What the order's account may do, the fleet's causes among its own (I-60). */
  readonly mode: ModeStatement;
}

/** What there is to reduce, and who else is at it already. */
export interface ReductionView {
  /** The account's own position in the instrument, signed: not a strategy's. */
  readonly position: Amount;
  /** Other open reduce-only orders of the account on the order's side. */
  readonly reducing: Quantity;
  /** Its other open orders on that side. */
  readonly ordinary: Quantity;
}

/** Sizes that a person has cut (RK-6). */
export interface OverrideView {
  readonly sizeFactor: Amount;
  readonly maxPositionPct: Amount | undefined;
}

/** Everything a check may look at: one moment, taken and judged in one go, so no two orders pass on the same headroom (I-18). */
export interface RiskView {
  readonly trading: TradingView;
  readonly limits: RiskLimits;
  readonly instrumentLimits: InstrumentLimits | undefined;
  readonly strategyLimits: StrategyLimits | undefined;
  readonly instrument: Instrument | undefined;
  readonly account: AccountView | undefined;
  /** The valid book's age, or why there is none. */
  readonly book: { readonly ageMs: number } | { readonly missing: string };
  readonly references: readonly ReferencePrice[];
  readonly reduction: ReductionView;
  /** Undefined while nothing is cut. The limits above are cut by its factor already, for all but reductions. */
  readonly override: OverrideView | undefined;
  /** The account in this instrument, with this order. */
  readonly worst: WorstCase;
  /** The strategy in this instrument over its account, with this order. */
  readonly strategyWorst: WorstCase;
  /** Before and with this order, USD; undefined when something in it cannot be valued. */
  readonly gross: { readonly before: Amount | undefined; readonly after: Amount | undefined };
  readonly net: { readonly before: Amount | undefined; readonly after: Amount | undefined };
  readonly openOrders: number;
  readonly strategyOrdersInWindow: number;
  readonly fleetOrdersInWindow: number;
  readonly repeatsInWindow: number;
  /** Best prices of our own resting orders in the instrument, this venue. */
  readonly ownBid: Price | undefined;
  readonly ownAsk: Price | undefined;
  /** What this request id meant before, if it was used. */
  readonly earlier: OrderRequest | undefined;
}

/** A pure rule: the refusal with the numbers that made it, or undefined. */
export type RiskCheck = (
  request: OrderRequest & { readonly instrumentVersion: number },
  view: RiskView,
) => Refusal | undefined;
