/**
 * Everything that can change the exchange, as plain values: append them to a file as they are executed and executing
 * the file again gives the same fills. Protocol times are UTC milliseconds; amounts, prices and sizes of clients are
 * decimal text as on the wire; background participants speak in base ticks and lots (see `PerpInstrument`).
 */
export const TIMES_IN_FORCE = ['Gtc', 'Ioc', 'Alo', 'FrontendMarket'] as const;
/** `FrontendMarket` is an IOC that says of itself that it is a market order. */
export type VenueTimeInForce = (typeof TIMES_IN_FORCE)[number];

export interface OrderSpec {
  /** Index in the universe. */
  readonly asset: number;
  readonly isBuy: boolean;
  readonly px: string;
  readonly sz: string;
  readonly reduceOnly: boolean;
  readonly tif: VenueTimeInForce;
  /** `0x` and 32 hex digits; compared in lower case. */
  readonly cloid?: string;
}

export interface ModifySpec {
  /** Order id, or a client order id as text. */
  readonly oid: number | string;
  readonly order: OrderSpec;
}

/** What a signed request may ask, after the sockets have decoded it and proved who signed it. */
export type ExchangeAction =
  | { readonly type: 'order'; readonly orders: readonly OrderSpec[] }
  | { readonly type: 'cancel'; readonly cancels: readonly { readonly asset: number; readonly oid: number }[] }
  | { readonly type: 'cancelByCloid'; readonly cancels: readonly { readonly asset: number; readonly cloid: string }[] }
  | { readonly type: 'modify'; readonly oid: number | string; readonly order: OrderSpec }
  | { readonly type: 'batchModify'; readonly modifies: readonly ModifySpec[] }
  /** Without a time the scheduled cancel is removed. */
  | { readonly type: 'scheduleCancel'; readonly time?: number }
  | { readonly type: 'updateLeverage'; readonly asset: number; readonly isCross: boolean; readonly leverage: number }
  | { readonly type: 'noop' }
  | { readonly type: 'approveAgent'; readonly agentAddress: string; readonly agentName?: string };

/** One level of a recorded background book: the new quantity, 0 removes it. */
export interface LevelUpdate {
  readonly isBid: boolean;
  readonly ticks: number;
  readonly lots: number;
}

export type CommandBody =
  | {
      readonly type: 'action';
      /** The address that the signature proves: an account, or an agent that an account approved. */
      readonly signer: string;
      readonly nonce: number;
      readonly expiresAfter?: number;
      readonly action: ExchangeAction;
    }
  /** USDC as decimal text, at most 6 places. Opens the account when it is new. */
  | { readonly type: 'deposit'; readonly account: string; readonly amount: string }
  /** As `deposit`, the other way; at most what is withdrawable. */
  | { readonly type: 'withdraw'; readonly account: string; readonly amount: string }
  /** Opens a participant without margin, history or private events: the rest of the world. */
  | { readonly type: 'open_background'; readonly account: string; readonly amount: string }
  /** A background maker replaces what it has in `slot` (0 lots: only withdraws it). */
  | {
      readonly type: 'quote';
      readonly account: string;
      readonly asset: number;
      readonly slot: number;
      readonly isBuy: boolean;
      readonly ticks: number;
      readonly lots: number;
    }
  /** A background taker: immediate or cancel at `ticks`. */
  | {
      readonly type: 'take';
      readonly account: string;
      readonly asset: number;
      readonly isBuy: boolean;
      readonly ticks: number;
      readonly lots: number;
    }
  /** Oracle price and, where known, the price of other venues' perpetuals. */
  | { readonly type: 'oracle'; readonly asset: number; readonly ticks: number; readonly externalTicks?: number }
  /** Recorded background book (assets with a `queue` book only); `reset` forgets every level first. */
  | {
      readonly type: 'levels';
      readonly asset: number;
      readonly updates: readonly LevelUpdate[];
      readonly reset: boolean;
    }
  /** Recorded trade (assets with a `queue` book only); `isBuy` is the side that took. */
  | {
      readonly type: 'print';
      readonly asset: number;
      readonly isBuy: boolean;
      readonly ticks: number;
      readonly lots: number;
    }
  | { readonly type: 'status'; readonly asset: number; readonly status: MarketStatus; readonly reason: string }
  /** What the rest of the world does to one resting order of a client: trades `share` (0…1] of what is left of it. */
  | { readonly type: 'force_fill'; readonly account: string; readonly oid: number; readonly share: number }
  /** The venue itself closes `share` (0…1] of a position at the mark price, without an order of the owner's. */
  | {
      readonly type: 'force_close';
      readonly account: string;
      readonly asset: number;
      readonly share: number;
      readonly cause: ForcedClose;
    }
  /** The venue cancels every order of every client, or of one. */
  | { readonly type: 'mass_cancel'; readonly account?: string }
  /** New rules of an asset, never finer than those it began with. */
  | {
      readonly type: 'instrument';
      readonly asset: number;
      readonly szDecimals?: number;
      readonly significantFigures?: number;
    }
  /** Nothing but time: scheduled cancels, premium samples and funding that are due. */
  | { readonly type: 'advance' };

export type MarketStatus = 'trading' | 'halted' | 'delisted';
/** Why a venue closes somebody's position. */
export type ForcedClose = 'liquidation' | 'auto_deleveraging';

/** A command body with the protocol time at which it is executed. Time never goes back: an earlier stamp counts as now. */
export type ExchangeCommand = CommandBody & { readonly timeMs: number };
