import type { AccountId, Amount, Fill, FundingPayment, Price, TimeNs, Venue, VenuePosition } from '@argosy/domain';

/** One thing that happened to our money, as somebody outside the ledger states it. */
export type LedgerFact = FillFact | FundingFact | TransferFact | OpeningFact | CorrectionFact;

interface Learned {
  readonly accountId: AccountId;
  /** Leadership epoch of whoever reported it; 0 when nobody led. */
  readonly epoch: number;
}

export interface FillFact extends Learned {
  readonly kind: 'fill';
  readonly fill: Fill;
  /** Mid price when the order was decided; absent means slippage is not known and not posted. */
  readonly arrivalPrice?: Price;
}

export interface FundingFact extends Learned {
  readonly kind: 'funding';
  readonly payment: FundingPayment;
}

export interface TransferFact extends Learned {
  readonly kind: 'transfer';
  readonly venue: Venue;
  /** The venue's name of the movement. */
  readonly transferId: string;
  readonly asset: string;
  /** Positive came in, negative left. */
  readonly amount: Amount;
  readonly venueTimeNs: TimeNs;
}

/** What the venue account held when the ledger first saw it; booked once per account. */
export interface OpeningFact extends Learned {
  readonly kind: 'opening';
  readonly venue: Venue;
  /** Money without any mark: as if every open perpetual were worth nothing. */
  readonly balances: readonly { readonly asset: string; readonly rawAmount: Amount }[];
  readonly positions: readonly VenuePosition[];
  readonly observedAtNs: TimeNs;
}

/** Takes back an entry by its opposite; the right fact is then booked anew under an external id of its own. */
export interface CorrectionFact extends Learned {
  readonly kind: 'correction';
  readonly venue: Venue;
  readonly corrects: bigint;
  readonly reason: string;
  /** Who decided, e.g. `person:anna`. */
  readonly actor: string;
  readonly decidedAtNs: TimeNs;
}

/** Unique within a trading account: the ledger books each at most once (I-26, I-37). */
export function externalIdOf(fact: LedgerFact): string {
  switch (fact.kind) {
    case 'fill':
      return `fill:${fact.fill.fillId}`;
    case 'funding':
      return `funding:${fact.payment.paymentId}`;
    case 'transfer':
      return `transfer:${fact.transferId}`;
    case 'opening':
      return `opening:${fact.venue}`;
    case 'correction':
      return `correction:${String(fact.corrects)}`;
  }
}
