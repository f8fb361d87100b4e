import { Fault } from '@argosy/domain';
import { type JournalState, type ReconciliationReport, renderReconciliation } from '@argosy/execution-core';
import type { AccountAnchor } from './account-anchor.js';
import type { AccountDesk } from './account-desk.js';
import type { AccountPorts } from './account-ports.js';
import type { AccountSession } from './account-session.js';
import type { AccountSettings, ExecutionSettings } from './execution-settings.js';

/** What a new leader of an account does before its first order: the account made its own, and brought level with the venue. */
export class AccountTakeover {
  constructor(
    private readonly account: AccountSettings,
    private readonly settings: ExecutionSettings,
    private readonly ports: AccountPorts,
    private readonly anchor: AccountAnchor,
  ) {}

  /**
   * Makes the epoch the account's: from here on no earlier leader writes anything. The reason, where a newer leader was
   * faster. Faults: as the journal.
   */
  async claim(epoch: number): Promise<string | undefined> {
    const { journal, clock } = this.ports;
    try {
      await journal.claimEpoch(this.account, epoch, clock.now());
      return undefined;
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== 'STALE_EPOCH') throw error;
      // Our own claim whose answer was lost looks like a stale one: nobody else has this epoch.
      return (await journal.epoch(this.account.accountId)) === epoch ? undefined : error.message;
    }
  }

  /** Fills, orders, positions and account value; doubts are settled while trading goes on (FL-3). Faults: as reads. */
  async reconcile({ session, sweeper, intake }: AccountDesk, state: JournalState): Promise<void> {
    if (!this.anchor.isDropped) await this.anchor.drop(session);
    const [report] = await Promise.all([sweeper.reconcile(), this.doubtWhatWasInFlight(session, state)]);
    session.detach(this.file(report));
    session.detach(intake.settleDoubts());
  }

  /** An intent that was durable when the last leader ended may have left: it is in doubt until the venue tells. */
  private async doubtWhatWasInFlight(session: AccountSession, state: JournalState): Promise<void> {
    const open = session.book.open();
    for (const order of open) {
      if (order.state === 'in_doubt')
        session.resumeDoubt(order, state.requestMarks.get(order.clientOrderId)?.expiresAt ?? order.updatedAt);
    }
    const reason = 'the process ended while it was being sent';
    // A cancel does not tell whether the order it was for ever landed.
    const sent = open.filter(
      ({ state, venueOrderId }) => state === 'sent' || (state === 'cancel_pending' && venueOrderId === undefined),
    );
    await Promise.all(sent.map((order) => session.move(order, 'send_timed_out', { reason })));
  }

  /** The report is for people and auditors: a disk that does not take it delays no trading. */
  private async file(report: ReconciliationReport): Promise<void> {
    const { disk, logger } = this.ports;
    const { accountId } = this.account;
    const { agrees, orders, positionBreaks, fillsFound } = report;
    logger.log(agrees ? 'INFO' : 'WARNING', 'reconciliation', {
      account: accountId,
      agrees,
      orders: orders.length,
      not_agreed: orders.filter(({ verdict }) => verdict !== 'agreed').length,
      position_breaks: positionBreaks.length,
      fills_found: fillsFound.length,
    });
    const path = `${this.settings.reportsFolder}/reconciliation-${accountId}.json`;
    try {
      await disk.writeFile(path, new TextEncoder().encode(renderReconciliation(report)));
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      logger.error('reconciliation_not_filed', { account: accountId, path, reason: error.message });
    }
  }
}
