import { type Amount, format, ok, ONE, refused, type Result, type VenuePosition, ZERO_PRICE } from '@argosy/domain';
import { positionKey, type StrategyPosition } from '../booking-state.js';
import { HOUSE } from '../chart.js';
import { type EntryDraft, makeEntry } from '../entry.js';
import { externalIdOf, type OpeningFact, type TransferFact } from '../fact.js';
import { instrumentTerms } from '../instrument-terms.js';
import { ledgerRefusal, type LedgerRefusal } from '../ledger-refusal.js';
import { Legs } from './legs.js';

/** A deposit, withdrawal or move between accounts, as the venue states it. */
export function transferEntry(fact: TransferFact): Result<EntryDraft, LedgerRefusal> {
  const owner = { strategyId: HOUSE, instrumentId: '' };
  return makeEntry({
    accountId: fact.accountId,
    venue: fact.venue,
    kind: 'transfer',
    externalId: externalIdOf(fact),
    occurredAtNs: fact.venueTimeNs,
    epoch: fact.epoch,
    ...owner,
    details: { amount: format(fact.amount), asset: fact.asset, transferId: fact.transferId },
    postings: new Legs().pair(owner, 'cash', 'external', fact.asset, fact.amount).postings,
  });
}

export interface OpeningBooking {
  readonly draft: EntryDraft;
  readonly positions: ReadonlyMap<string, StrategyPosition>;
}

/**
 * What the venue account held when the ledger first saw it, against opening equity. A position that was open already is
 * taken over at the venue's average price, or at no cost where the venue states none, and belongs to the house.
 * An account that held nothing has nothing to book: refused with `single_leg`.
 */
export function openingEntry(fact: OpeningFact): Result<OpeningBooking, LedgerRefusal> {
  const legs = new Legs();
  const details: Record<string, string> = {};
  const positions = new Map<string, StrategyPosition>();
  const money = new Map<string, bigint>(fact.balances.map(({ asset, rawAmount }) => [asset, rawAmount]));
  for (const { asset, rawAmount } of fact.balances) details[`balance.${asset}`] = format(rawAmount);
  for (const held of fact.positions) {
    const refusal = takeOver(fact, held, { legs, money, positions });
    if (refusal !== undefined) return refused(refusal);
    details[`position.${held.instrumentId}`] = `${format(held.quantity)}@${format(held.averagePrice ?? ZERO_PRICE)}`;
  }
  for (const [asset, amount] of money) {
    legs.pair({ strategyId: HOUSE, instrumentId: '' }, 'cash', 'opening_equity', asset, amount);
  }
  const draft = makeEntry({
    accountId: fact.accountId,
    venue: fact.venue,
    kind: 'opening',
    externalId: externalIdOf(fact),
    occurredAtNs: fact.observedAtNs,
    epoch: fact.epoch,
    strategyId: HOUSE,
    instrumentId: '',
    details,
    postings: legs.postings,
  });
  return draft.ok ? ok({ draft: draft.value, positions }) : draft;
}

interface Opened {
  readonly legs: Legs;
  readonly money: Map<string, bigint>;
  readonly positions: Map<string, StrategyPosition>;
}

function takeOver(
  { venue }: OpeningFact,
  { instrumentId, quantity, averagePrice }: VenuePosition,
  { legs, money, positions }: Opened,
): LedgerRefusal | undefined {
  const terms = instrumentTerms(instrumentId);
  if (!terms.ok) return terms.refusal;
  const { kind, quantityAsset, quote } = terms.value;
  if (terms.value.venue !== venue) return ledgerRefusal('account_mismatch', { venue, instrument: instrumentId });
  const owner = { strategyId: HOUSE, instrumentId };
  const cost = ((quantity as bigint) * (averagePrice ?? ZERO_PRICE)) / ONE;
  legs.pair(owner, 'position_quantity', 'opening_equity', quantityAsset, quantity);
  legs.pair(owner, 'position_notional', kind === 'spot' ? 'opening_equity' : 'settlement', quote, cost);
  // Raw money has the cost of a perpetual taken off already; without it, it is what was paid in and earned so far.
  if (kind === 'perpetual') money.set(quote, (money.get(quote) ?? 0n) + cost);
  positions.set(positionKey(HOUSE, instrumentId), { ...owner, quantity, cost: cost as Amount });
  return undefined;
}
