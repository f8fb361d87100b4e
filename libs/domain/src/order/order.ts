import type { Amount, Price, Quantity } from '../decimal.js';
import type { AccountKind, Venue } from '../venue.js';
import type {
  AccountId,
  ClientOrderId,
  FillId,
  InstrumentId,
  OrderRequestId,
  StrategyId,
  VenueOrderId,
} from '../id.js';
import type { TimeNs } from '../clock.js';
import type { OrderState } from './order-state.js';

export const SIDES = ['buy', 'sell'] as const;
export type Side = (typeof SIDES)[number];
export const opposite = (side: Side): Side => (side === 'buy' ? 'sell' : 'buy');
/** +1 for a buy, -1 for a sell. */
export const signOf = (side: Side): bigint => (side === 'buy' ? 1n : -1n);

/**
 * Time in force. `post_only` is add-liquidity-only: it is refused rather than matched. A market order is an `ioc` with
 * a protective limit price: no order without a price leaves the fleet.
 */
export const TIMES_IN_FORCE = ['gtc', 'ioc', 'post_only'] as const;
export type TimeInForce = (typeof TIMES_IN_FORCE)[number];

/** What a strategy asks for. */
export interface OrderRequest {
  readonly orderRequestId: OrderRequestId;
  readonly strategyId: StrategyId;
  readonly accountId: AccountId;
  readonly venue: Venue;
  readonly instrumentId: InstrumentId;
  readonly side: Side;
  readonly quantity: Quantity;
  readonly limitPrice: Price;
  readonly timeInForce: TimeInForce;
  readonly reduceOnly: boolean;
}

/** The versions of everything that led to an order (architecture, an order's life, step 3). */
export interface OrderProvenance {
  readonly strategyVersion: string;
  readonly configVersion: string;
  /** Empty when no model took part. */
  readonly modelVersion: string;
  readonly instrumentVersion: number;
}

/** An order as risk judged it and execution must place it. */
export interface OrderIntent extends OrderRequest {
  readonly accountKind: AccountKind;
  readonly provenance: OrderProvenance;
  /** Risk's own epoch at the time of the verdict. */
  readonly riskEpoch: number;
  /** Execution refuses to start sending after this. */
  readonly approvalExpiresAt: TimeNs;
  /** When market-data received the tick that led here; absent for orders no tick caused. */
  readonly tickReceivedAt?: TimeNs;
  /** Mid of the venue's book when the decision was made, what slippage is measured against. */
  readonly arrivalMid?: Price;
}

/** An order as execution knows it: intent plus everything that has happened to it. */
export interface Order extends OrderRequest {
  readonly clientOrderId: ClientOrderId;
  readonly venueOrderId?: VenueOrderId;
  readonly accountKind: AccountKind;
  readonly state: OrderState;
  readonly filledQuantity: Quantity;
  /** Sum of price × quantity over its fills, in quote currency. */
  readonly filledNotional: Amount;
  readonly epoch: number;
  readonly createdAt: TimeNs;
  readonly updatedAt: TimeNs;
  /** Why it ended, in the venue's or our own words; empty while it lives. */
  readonly reason: string;
  /** True when found at the venue and not made by us (adopted, EX-7). */
  readonly external: boolean;
  /** Mid of the venue's book when it was decided on; absent where nobody said. */
  readonly arrivalMid?: Price;
}

export const LIQUIDITY = ['maker', 'taker'] as const;
export type Liquidity = (typeof LIQUIDITY)[number];

/** Why the venue traded for us without being asked. */
export const FILL_CAUSES = ['liquidation', 'auto_deleveraging'] as const;
export type FillCause = (typeof FILL_CAUSES)[number];

export interface Fill {
  readonly fillId: FillId;
  readonly clientOrderId?: ClientOrderId;
  readonly venueOrderId: VenueOrderId;
  readonly accountId: AccountId;
  readonly accountKind: AccountKind;
  readonly strategyId?: StrategyId;
  readonly venue: Venue;
  readonly instrumentId: InstrumentId;
  readonly side: Side;
  readonly price: Price;
  readonly quantity: Quantity;
  /** Positive is paid, negative is a rebate; in `feeAsset`. */
  readonly fee: Amount;
  readonly feeAsset: string;
  readonly liquidity: Liquidity;
  readonly venueTimeNs: TimeNs;
  /** Realised profit the venue states for this fill, when it does; a cross-check, never booked. */
  readonly venueClosedPnl?: Amount;
  /** Absent for what an order brought about. */
  readonly cause?: FillCause;
}

/** A funding payment the venue made (positive) or took (negative). */
export interface FundingPayment {
  /** Identifies the payment for ever: venue, account, instrument and the venue's time. */
  readonly paymentId: string;
  readonly accountId: AccountId;
  readonly accountKind: AccountKind;
  readonly venue: Venue;
  readonly instrumentId: InstrumentId;
  readonly asset: string;
  readonly amount: Amount;
  /** Signed position the payment was computed on, in base units. */
  readonly position: Amount;
  readonly rate: Amount;
  readonly venueTimeNs: TimeNs;
}

/** What the venue says an account holds in one instrument. */
export interface VenuePosition {
  readonly instrumentId: InstrumentId;
  /** Signed, base units. */
  readonly quantity: Amount;
  readonly averagePrice?: Price;
}
