import type { AccountObservation } from '@argosy/contracts';
import {
  type AccountId,
  type Amount,
  format,
  toApproximateNumber,
  type InstrumentId,
  ZERO_AMOUNT,
} from '@argosy/domain';
import { type LedgerStore, rawBalances } from '@argosy/ledger-core';
import type { Logger } from '@argosy/platform-port';
import type { LedgerMetrics } from './ledger.metrics.js';
import { type Explained, SuspenseWatch } from './suspense-watch.js';

/**
 * Compares the books with what the venue states (I-29, I-38). It only tells: a difference right after a trade may be the
 * venue answering a moment earlier or later, one that stays is a break for a person, and neither is ever traded away. What
 * stands in suspense and is explained by now is told on.
 */
export class VenueComparison {
  private readonly suspense = new SuspenseWatch();

  constructor(
    private readonly store: LedgerStore,
    private readonly logger: Logger,
    private readonly metrics: LedgerMetrics,
    private readonly onExplained: (explained: Explained) => Promise<void>,
  ) {}

  async compare(accountId: AccountId, observed: AccountObservation): Promise<void> {
    const [balances, positions] = await Promise.all([this.store.balances(accountId), this.store.positions(accountId)]);
    for (const explained of this.suspense.explained(accountId, observed, { positions, balances }))
      await this.onExplained(explained);
    const rawCash = rawBalances(balances).get(accountId)?.get(observed.asset) ?? ZERO_AMOUNT;
    const difference = (rawCash - observed.rawCash) as Amount;
    this.metrics.cashDifference.set({ account: accountId }, toApproximateNumber(difference));
    const held = new Map<InstrumentId, bigint>();
    for (const { instrumentId, quantity } of positions)
      held.set(instrumentId, (held.get(instrumentId) ?? 0n) + quantity);
    for (const { instrumentId, quantity } of observed.positions)
      held.set(instrumentId, (held.get(instrumentId) ?? 0n) - quantity);
    const wrong = [...held].filter(([, left]) => left !== 0n).map(([id, left]) => `${id} ${format(left as Amount)}`);
    if (difference === 0n && wrong.length === 0) return;
    const data = {
      account: accountId,
      cashDifference: format(difference),
      positionDifferences: wrong,
      reconciled: observed.reconciled,
    };
    // What reconciliation states was taken with nothing in flight, so there it must agree.
    if (observed.reconciled) this.logger.error('venue_account_differs', data);
    else this.logger.debug('venue_account_differs', data);
  }
}
