import { type AccountId, type InstrumentId, refused, type Venue } from '@argosy/domain';
import { instrumentTerms } from '../instrument-terms.js';
import { ledgerRefusal, type LedgerRefusal } from '../ledger-refusal.js';

/** A fact that names another account, or an instrument of another venue, is never booked here. */
export function refusedWhenForeign(
  accountId: AccountId,
  fact: { readonly accountId: AccountId; readonly venue: Venue; readonly instrumentId: InstrumentId },
): { readonly ok: false; readonly refusal: LedgerRefusal } | undefined {
  const terms = instrumentTerms(fact.instrumentId);
  if (!terms.ok) return terms;
  if (fact.accountId !== accountId) {
    return refused(ledgerRefusal('account_mismatch', { account: accountId, fact: fact.accountId }));
  }
  if (fact.venue !== terms.value.venue) {
    return refused(ledgerRefusal('account_mismatch', { venue: fact.venue, instrument: fact.instrumentId }));
  }
  return undefined;
}
