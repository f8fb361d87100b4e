/**
 * What the exchange tells: plain values with decimal text, named as the venue names them, so that the sockets only
 * have to spell them. Text has no exponent and, like the venue's, at least one decimal place.
 */
import type { MarketStatus, VenueTimeInForce } from './command.js';

export const ORDER_STATUSES = [
  'open',
  'filled',
  'canceled',
  'rejected',
  'selfTradeCanceled',
  'reduceOnlyCanceled',
  'scheduledCancel',
  'delistedCanceled',
  'liquidatedCanceled',
  'tickRejected',
  'minTradeNtlRejected',
  'perpMarginRejected',
  'reduceOnlyRejected',
  'badAloPxRejected',
  'iocCancelRejected',
  'marketOrderNoLiquidityRejected',
  'oracleRejected',
  'tooManyOpenOrdersRejected',
] as const;
export type OrderStatus = (typeof ORDER_STATUSES)[number];

export interface OrderView {
  readonly oid: number;
  readonly cloid?: string;
  readonly coin: string;
  readonly asset: number;
  readonly isBuy: boolean;
  readonly limitPx: string;
  /** What is left. */
  readonly sz: string;
  readonly origSz: string;
  readonly reduceOnly: boolean;
  readonly tif: VenueTimeInForce;
  readonly timestampMs: number;
}

export interface OrderStatusView {
  readonly order: OrderView;
  readonly status: OrderStatus;
  readonly statusTimestampMs: number;
}

export interface UserFill {
  readonly coin: string;
  readonly asset: number;
  readonly px: string;
  readonly sz: string;
  readonly isBuy: boolean;
  readonly timeMs: number;
  /** Signed position before this fill. */
  readonly startPosition: string;
  /** `Open Long`, `Close Short`, `Long > Short` … */
  readonly dir: string;
  /** Without the fee. */
  readonly closedPnl: string;
  readonly hash: string;
  readonly oid: number;
  readonly cloid?: string;
  /** True for the side that took. */
  readonly crossed: boolean;
  /** Positive is paid, negative is a rebate. */
  readonly fee: string;
  readonly feeToken: 'USDC';
  /** Shared by the two sides of a trade. */
  readonly tid: number;
  /** Told of fills that a liquidation made. */
  readonly liquidation?: { readonly user: string; readonly markPx: string };
}

export interface UserFunding {
  readonly coin: string;
  readonly asset: number;
  readonly timeMs: number;
  readonly fundingRate: string;
  /** Signed position it was computed on. */
  readonly szi: string;
  /** Positive is received. */
  readonly usdc: string;
  readonly hash: string;
}

/** Money that came into an account or left it. */
export interface UserTransfer {
  readonly type: 'deposit' | 'withdraw';
  readonly timeMs: number;
  /** Positive both ways. */
  readonly usdc: string;
  readonly hash: string;
}

export interface PublicTrade {
  readonly coin: string;
  readonly asset: number;
  readonly tid: number;
  readonly px: string;
  readonly sz: string;
  /** The side that took. */
  readonly isBuy: boolean;
  readonly timeMs: number;
  readonly hash: string;
  readonly buyer: string;
  readonly seller: string;
}

export interface LevelView {
  readonly px: string;
  readonly sz: string;
  /** Orders in the level; 1 for the recorded background of a level. */
  readonly n: number;
}

export interface BookView {
  readonly coin: string;
  readonly timeMs: number;
  /** Falling. */
  readonly bids: readonly LevelView[];
  /** Rising. */
  readonly asks: readonly LevelView[];
}

export interface AssetContext {
  readonly coin: string;
  readonly status: MarketStatus;
  readonly oraclePx: string;
  readonly markPx: string;
  /** Absent while a side of the book is empty. */
  readonly midPx?: string;
  /** The rate an hour of funding would pay now. */
  readonly funding: string;
  readonly premium: string;
  readonly openInterest: string;
  readonly dayNtlVlm: string;
  readonly dayBaseVlm: string;
  readonly prevDayPx: string;
  /** Average prices for the impact notional, bid and ask; absent while the book is too thin. */
  readonly impactPxs?: readonly [string, string];
}

export interface PositionView {
  readonly coin: string;
  readonly asset: number;
  readonly szi: string;
  readonly entryPx: string;
  readonly positionValue: string;
  readonly unrealizedPnl: string;
  readonly returnOnEquity: string;
  readonly leverage: number;
  readonly maxLeverage: number;
  readonly marginUsed: string;
  /** Absent where no positive price would liquidate. Told for information: nobody is liquidated here. */
  readonly liquidationPx?: string;
  /** Funding paid (positive) for ever, since the position opened and since its last change. */
  readonly cumFunding: { readonly allTime: string; readonly sinceOpen: string; readonly sinceChange: string };
}

export interface ClearinghouseView {
  readonly timeMs: number;
  readonly accountValue: string;
  readonly totalNtlPos: string;
  /** Cash when every position is valued at zero: account value minus signed position value. */
  readonly totalRawUsd: string;
  readonly totalMarginUsed: string;
  readonly crossMaintenanceMarginUsed: string;
  readonly withdrawable: string;
  readonly positions: readonly PositionView[];
}

export interface RateLimitView {
  readonly cumVlm: string;
  readonly nRequestsUsed: number;
  readonly nRequestsCap: number;
}

export interface FeesView {
  readonly takerRate: string;
  readonly makerRate: string;
  /** Newest last. */
  readonly dailyVolumes: readonly { readonly dayMs: number; readonly taker: string; readonly maker: string }[];
}

export interface FundingRateView {
  readonly coin: string;
  readonly fundingRate: string;
  readonly premium: string;
  readonly timeMs: number;
}

export interface CandleView {
  readonly coin: string;
  readonly openMs: number;
  readonly closeMs: number;
  readonly interval: string;
  readonly open: string;
  readonly close: string;
  readonly high: string;
  readonly low: string;
  readonly volume: string;
  readonly trades: number;
}

/** The rules of an asset as they are now. */
export interface InstrumentView {
  readonly name: string;
  readonly szDecimals: number;
  readonly maxLeverage: number;
  readonly status: MarketStatus;
}

export interface AgentView {
  readonly address: string;
  readonly name: string;
}

export type RoleView =
  { readonly role: 'missing' } | { readonly role: 'user' } | { readonly role: 'agent'; readonly account: string };

/** The law of conservation: `cash + positions at mark + fees + rounding = deposits`, exactly. */
export interface ConservationView {
  readonly deposits: string;
  readonly accountValues: string;
  readonly feesCollected: string;
  readonly fundingRounding: string;
  /** Signed sum of every position, by coin: always zero. */
  readonly positions: Readonly<Record<string, string>>;
}
