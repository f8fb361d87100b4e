/** Every way the ledger says no to a fact. The code is the contract; the details are the numbers behind it, as text. */
export const LEDGER_REFUSALS = {
  unbalanced: 'The postings of one asset do not sum to zero',
  single_leg: 'An entry needs at least two postings',
  too_many_postings: 'An entry has more postings than the limit',
  zero_posting: 'A posting moves nothing',
  amount_out_of_range: 'An amount does not fit numeric(38,12)',
  text_invalid: 'A text is empty, too long, or holds a character that cannot be stored',
  currency_mismatch: 'The asset does not belong in that account',
  account_mismatch: 'The fact is about another trading account',
  instrument_unknown: 'The instrument id does not follow any venue the ledger knows',
  quantity_not_positive: 'A fill of nothing moved no money',
  price_not_positive: 'A fill without a positive price',
  external_id_conflict: 'The external id is booked already with other content',
  opening_late: 'The account has entries already: an opening now would count them twice',
  correction_unknown: 'The corrected entry does not exist',
  correction_circular: 'A correction cannot be corrected: book the fact anew',
} as const;
export type LedgerRefusalCode = keyof typeof LEDGER_REFUSALS;

export interface LedgerRefusal {
  readonly code: LedgerRefusalCode;
  readonly details: Readonly<Record<string, string>>;
}

export const ledgerRefusal = (
  code: LedgerRefusalCode,
  details: Readonly<Record<string, string>> = {},
): LedgerRefusal => ({
  code,
  details,
});

/** One sentence for people, e.g. "The postings of one asset do not sum to zero (asset=USDC, sum=0.5)". */
export function describeLedgerRefusal({ code, details }: LedgerRefusal): string {
  const facts = Object.entries(details).map(([name, value]) => `${name}=${value}`);
  return LEDGER_REFUSALS[code] + (facts.length === 0 ? '' : ` (${facts.join(', ')})`);
}
