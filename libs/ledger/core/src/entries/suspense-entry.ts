import { type Amount, format, multiply, ok, type Result } from '@argosy/domain';
import { HOUSE } from '../chart.js';
import { type EntryDraft, makeEntry } from '../entry.js';
import { type ExplainedFact, externalIdOf, type SuspenseFact } from '../fact.js';
import { instrumentTerms } from '../instrument-terms.js';
import { ledgerRefusal, type LedgerRefusal } from '../ledger-refusal.js';
import type { Position } from '../position.js';
import { Legs } from './legs.js';

export interface SuspenseBooking {
  readonly draft: EntryDraft;
  readonly position: Position;
}

/** Why a statement about suspense cannot be booked, whatever the books say. */
export function suspenseProblem(fact: SuspenseFact | ExplainedFact): LedgerRefusal | undefined {
  const { instrumentId, venue } = fact;
  const terms = instrumentTerms(instrumentId);
  if (!terms.ok) return terms.refusal;
  if (terms.value.venue !== venue) return ledgerRefusal('account_mismatch', { venue, instrument: instrumentId });
  if (fact.kind === 'explained' || fact.price === undefined || fact.price > 0n) return undefined;
  return ledgerRefusal('price_not_positive', { price: format(fact.price) });
}

/**
 * Books what nobody can explain against suspense, so that the books say what the venue says (I-29) without inventing a
 * trade: no fee, no realised profit, no settlement. Its value comes from the price the venue or the mark gives, so that it
 * shows no profit either. Once explained it is taken back by a correction, and the facts behind it are booked as they are.
 * @param quantity what the books lack; signed, base units.
 */
export function suspenseEntry(
  fact: SuspenseFact,
  quantity: Amount,
  held: Position,
): Result<SuspenseBooking, LedgerRefusal> {
  const { instrumentId, price, stated, venue } = fact;
  const terms = instrumentTerms(instrumentId);
  if (!terms.ok) return terms;
  const owner = { strategyId: HOUSE, instrumentId };
  const cost: Amount = price === undefined ? (0n as Amount) : multiply(quantity, price, 'down');
  const legs = new Legs()
    .pair(owner, 'position_quantity', 'suspense', terms.value.quantityAsset, quantity)
    .pair(owner, 'position_notional', 'suspense', terms.value.quote, cost);
  const draft = makeEntry({
    accountId: fact.accountId,
    venue,
    kind: 'suspense',
    externalId: externalIdOf(fact),
    occurredAtNs: fact.foundAtNs,
    epoch: fact.epoch,
    ...owner,
    details: {
      actor: fact.actor,
      breakId: fact.breakId,
      instrument: instrumentId,
      quantity: format(fact.quantity),
      reason: fact.reason,
      ...(stated === undefined ? {} : { stated: format(stated) }),
      ...(price === undefined ? {} : { price: format(price) }),
    },
    postings: legs.postings,
  });
  if (!draft.ok) return draft;
  const position = {
    quantity: ((held.quantity as bigint) + quantity) as Amount,
    cost: ((held.cost as bigint) + cost) as Amount,
  };
  return ok({ draft: draft.value, position });
}
