import type {
  Amount,
  ClientOrderId,
  Fill,
  FundingPayment,
  InstrumentId,
  Price,
  Quantity,
  Side,
  TimeInForce,
  TimeNs,
} from '@argosy/domain';

/** An order as the paper venue holds it. */
export interface PaperOrder {
  /** Our venue's own number of it, rising. */
  readonly oid: number;
  readonly clientOrderId: ClientOrderId;
  readonly instrumentId: InstrumentId;
  readonly side: Side;
  readonly limitPrice: Price;
  readonly quantity: Quantity;
  readonly remaining: Quantity;
  readonly timeInForce: TimeInForce;
  readonly reduceOnly: boolean;
  readonly placedAt: TimeNs;
  /** Lots in front of it when it came to rest; `AHEAD_UNKNOWN` where the book does not show its level. */
  readonly ahead: number;
}

/** Everybody at the level, whoever they turn out to be, stands in front. */
export const AHEAD_UNKNOWN = Number.MAX_SAFE_INTEGER;

export type EndStatus = 'filled' | 'cancelled' | 'rejected';

/** Money and orders change by these and by nothing else, so that replaying them gives the same account. */
export type PaperEvent =
  | { readonly type: 'nonce'; readonly nonce: bigint }
  | { readonly type: 'order'; readonly order: PaperOrder }
  | { readonly type: 'rested'; readonly oid: number; readonly ahead: number }
  | { readonly type: 'fill'; readonly oid: number; readonly fill: Fill }
  | {
      readonly type: 'end';
      readonly oid: number;
      readonly status: EndStatus;
      readonly reason: string;
      readonly at: TimeNs;
    }
  | { readonly type: 'funding'; readonly payment: FundingPayment };

export interface FinishedOrder {
  readonly order: PaperOrder;
  readonly status: EndStatus;
  readonly reason: string;
  readonly at: TimeNs;
}

/** Signed quantity and its signed cost, so that cash is raw cash plus every cost. */
export interface PaperPosition {
  readonly quantity: Amount;
  readonly cost: Amount;
}

/** Everything an account is, as plain data: what a snapshot holds. */
export interface PaperAccountState {
  /** When the account was opened: part of every identity, so that an account begun anew never repeats one. */
  readonly bornAt: TimeNs;
  readonly rawCash: Amount;
  readonly nextOid: number;
  readonly nextFill: number;
  readonly lastFillAt: TimeNs;
  readonly nonces: readonly bigint[];
  readonly orders: readonly PaperOrder[];
  readonly finished: readonly FinishedOrder[];
  readonly positions: readonly (readonly [InstrumentId, PaperPosition])[];
  readonly fills: readonly Fill[];
  readonly fundings: readonly FundingPayment[];
}
