import { format, ok, ONE, refused, type Result, signOf } from '@argosy/domain';
import { EXTERNAL } from '../chart.js';
import { type EntryDraft, makeEntry } from '../entry.js';
import { externalIdOf, type FillFact } from '../fact.js';
import { type InstrumentTerms, instrumentTerms } from '../instrument-terms.js';
import { ledgerRefusal, type LedgerRefusal } from '../ledger-refusal.js';
import { applyTrade, type Position, type TradeEffect } from '../position.js';
import { refusedWhenForeign } from './foreign.js';
import { Legs } from './legs.js';

export interface FillBooking {
  readonly draft: EntryDraft;
  readonly position: Position;
}

/**
 * Books one fill on the position its strategy held: quantity legs, money legs, the realised part, fee or rebate, and the
 * slippage memorandum when the arrival price is known. Works for opening, increasing, reducing and flipping alike.
 */
export function fillEntry(fact: FillFact, held: Position): Result<FillBooking, LedgerRefusal> {
  const { fill } = fact;
  const terms = instrumentTerms(fill.instrumentId);
  if (!terms.ok) return terms;
  const foreign = refusedWhenForeign(fact.accountId, fill);
  if (foreign !== undefined) return foreign;
  const problem = fillProblem(fact);
  if (problem !== undefined) return refused(problem);
  const effect = applyTrade(held, fill.side, fill.price, fill.quantity);
  const draft = makeEntry({
    accountId: fact.accountId,
    venue: fill.venue,
    kind: 'fill',
    externalId: externalIdOf(fact),
    occurredAtNs: fill.venueTimeNs,
    epoch: fact.epoch,
    strategyId: fill.strategyId ?? EXTERNAL,
    instrumentId: fill.instrumentId,
    details: fillDetails(fact),
    postings: fillLegs(fact, terms.value, held, effect).postings,
  });
  return draft.ok ? ok({ draft: draft.value, position: effect.position }) : draft;
}

function fillProblem({ fill }: FillFact): LedgerRefusal | undefined {
  if (fill.quantity <= 0n) return ledgerRefusal('quantity_not_positive', { quantity: format(fill.quantity) });
  if (fill.price <= 0n) return ledgerRefusal('price_not_positive', { price: format(fill.price) });
  return undefined;
}

function fillLegs({ fill, arrivalPrice }: FillFact, terms: InstrumentTerms, held: Position, effect: TradeEffect): Legs {
  const owner = { strategyId: fill.strategyId ?? EXTERNAL, instrumentId: fill.instrumentId };
  const sign = signOf(fill.side);
  // Spot really pays: the money leaves `cash`. A perpetual only owes the difference, kept exactly in `settlement`.
  const money = terms.kind === 'spot' ? 'cash' : 'settlement';
  const legs = new Legs()
    .pair(owner, 'position_quantity', 'counterparty', terms.quantityAsset, sign * fill.quantity)
    .move(owner, 'position_notional', terms.quote, (effect.position.cost as bigint) - held.cost)
    .move(owner, money, terms.quote, -sign * effect.notional)
    .move(owner, 'realised_pnl', terms.quote, -effect.realised);
  if (fill.fee > 0n) legs.pair(owner, 'fee', 'cash', fill.feeAsset, fill.fee);
  else legs.pair(owner, 'cash', 'rebate', fill.feeAsset, -fill.fee);
  if (arrivalPrice !== undefined) {
    const cost = (sign * ((fill.price as bigint) - arrivalPrice) * fill.quantity) / ONE;
    legs.pair(owner, 'slippage', 'slippage_contra', terms.quote, cost);
  }
  return legs;
}

function fillDetails({ fill, arrivalPrice }: FillFact): Readonly<Record<string, string>> {
  const { cause, clientOrderId, strategyId, venueClosedPnl } = fill;
  return {
    accountKind: fill.accountKind,
    fee: format(fill.fee),
    feeAsset: fill.feeAsset,
    fillId: fill.fillId,
    liquidity: fill.liquidity,
    price: format(fill.price),
    quantity: format(fill.quantity),
    side: fill.side,
    venueOrderId: fill.venueOrderId,
    instrument: fill.instrumentId,
    ...(strategyId === undefined ? {} : { strategy: strategyId }),
    ...(clientOrderId === undefined ? {} : { clientOrderId }),
    ...(cause === undefined ? {} : { cause }),
    ...(arrivalPrice === undefined ? {} : { arrivalPrice: format(arrivalPrice) }),
    ...(venueClosedPnl === undefined ? {} : { venueClosedPnl: format(venueClosedPnl) }),
  };
}
