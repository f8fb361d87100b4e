import { format, type Result } from '@argosy/domain';
import type { StrategyPosition } from '../booking-state.js';
import { HOUSE } from '../chart.js';
import { type EntryDraft, makeEntry } from '../entry.js';
import { externalIdOf, type FundingFact } from '../fact.js';
import { refusedWhenForeign } from './foreign.js';
import type { LedgerRefusal } from '../ledger-refusal.js';
import { Legs } from './legs.js';

/**
 * Books the venue's own funding payment. The venue pays the account; strategies share it by the position each holds in
 * that instrument now, the last share taking what rounding leaves. Without any position the house has it.
 */
export function fundingEntry(
  fact: FundingFact,
  positions: Iterable<StrategyPosition>,
): Result<EntryDraft, LedgerRefusal> {
  const { payment } = fact;
  const foreign = refusedWhenForeign(fact.accountId, payment);
  if (foreign !== undefined) return foreign;
  const legs = new Legs();
  for (const [strategyId, amount] of shares(fact, positions)) {
    legs.pair({ strategyId, instrumentId: payment.instrumentId }, 'cash', 'funding', payment.asset, amount);
  }
  return makeEntry({
    accountId: fact.accountId,
    venue: payment.venue,
    kind: 'funding',
    externalId: externalIdOf(fact),
    occurredAtNs: payment.venueTimeNs,
    epoch: fact.epoch,
    strategyId: HOUSE,
    instrumentId: payment.instrumentId,
    details: {
      accountKind: payment.accountKind,
      amount: format(payment.amount),
      asset: payment.asset,
      instrument: payment.instrumentId,
      paymentId: payment.paymentId,
      position: format(payment.position),
      rate: format(payment.rate),
    },
    postings: legs.postings,
  });
}

function shares({ payment }: FundingFact, positions: Iterable<StrategyPosition>): [string, bigint][] {
  const holders = [...positions]
    .filter(({ instrumentId, quantity }) => instrumentId === payment.instrumentId && quantity !== 0n)
    .sort((a, b) => (a.strategyId < b.strategyId ? -1 : 1));
  const total = holders.reduce((sum, { quantity }) => sum + quantity, 0n);
  if (total === 0n) return [[HOUSE, payment.amount]];
  let left: bigint = payment.amount;
  return holders.map(({ strategyId, quantity }, index) => {
    const share = index === holders.length - 1 ? left : ((payment.amount as bigint) * quantity) / total;
    left -= share;
    return [strategyId, share];
  });
}
