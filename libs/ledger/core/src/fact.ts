import type {
  AccountId,
  Amount,
  Fill,
  FundingPayment,
  InstrumentId,
  Price,
  TimeNs,
  Venue,
  VenuePosition,
} from '@argosy/domain';

/** One thing that happened to our money, as somebody outside the ledger states it. */
export type LedgerFact =
  FillFact | FundingFact | TransferFact | OpeningFact | CorrectionFact | SuspenseFact | ExplainedFact;

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

/**
 * A position at the venue that no fill explains, or no longer fails to. What is booked is what the books themselves lack of
 * what the venue states, never a trade; books that agree with the venue are left as they are.
 */
export interface SuspenseFact extends Learned {
  readonly kind: 'suspense';
  readonly venue: Venue;
  /** Names this telling for ever. */
  readonly breakId: string;
  readonly instrumentId: InstrumentId;
  /** The venue's whole position; signed, base units. Absent in old records, where only the change was told. */
  readonly stated?: Amount;
  /** By how much what cannot be explained has changed, as whoever found it sees it; signed, base units. */
  readonly quantity: Amount;
  /** The venue's average price, else the mark; absent values it at nothing. */
  readonly price?: Price;
  readonly reason: string;
  /** Who found or decided it, e.g. `execution` or `person:anna`. */
  readonly actor: string;
  readonly foundAtNs: TimeNs;
}

/** The ledger's own finding: without what stands in suspense the books say what the venue says. */
export interface ExplainedFact extends Learned {
  readonly kind: 'explained';
  readonly venue: Venue;
  readonly instrumentId: InstrumentId;
  /** The venue's whole position; signed, base units. */
  readonly stated: Amount;
  readonly reason: string;
  readonly actor: string;
  readonly foundAtNs: TimeNs;
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
    case 'suspense':
      return `suspense:${fact.breakId}`;
    case 'explained':
      return `explained:${fact.instrumentId}@${String(fact.foundAtNs)}`;
  }
}
