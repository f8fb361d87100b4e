import { negate, refused, type Result } from '@argosy/domain';
import { type Entry, type EntryDraft, makeEntry } from '../entry.js';
import { type CorrectionFact, externalIdOf } from '../fact.js';
import { ledgerRefusal, type LedgerRefusal } from '../ledger-refusal.js';

/**
 * Takes an entry back by booking its opposite with a reference (I-35). Corrections themselves cannot be corrected, so no
 * chain of references can close into a circle; an entry can be taken back once, because the reference is the external id.
 */
export function correctionEntry(fact: CorrectionFact, wrong: Entry | undefined): Result<EntryDraft, LedgerRefusal> {
  if (wrong?.accountId !== fact.accountId) {
    return refused(ledgerRefusal('correction_unknown', { sequence: String(fact.corrects) }));
  }
  if (wrong.kind === 'correction') {
    return refused(ledgerRefusal('correction_circular', { sequence: String(fact.corrects) }));
  }
  return makeEntry({
    accountId: fact.accountId,
    venue: fact.venue,
    kind: 'correction',
    externalId: externalIdOf(fact),
    occurredAtNs: fact.decidedAtNs,
    epoch: fact.epoch,
    strategyId: wrong.strategyId,
    instrumentId: wrong.instrumentId,
    corrects: fact.corrects,
    details: { actor: fact.actor, correctedExternalId: wrong.externalId, reason: fact.reason },
    postings: wrong.postings.map(({ account, amount }) => ({ account, amount: negate(amount) })),
  });
}
