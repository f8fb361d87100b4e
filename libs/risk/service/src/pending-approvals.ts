import { type AccountId, type Clock, msToNs, type OrderIntent, type OrderRequestId } from '@argosy/domain';
import type { Logger } from '@argosy/platform-port';
import type { Exposure } from '@argosy/risk-core';
import type { AccountFollower } from './account-follower.js';

/** Approvals that execution has not spoken of yet. Each keeps its claim until execution's word frees it (I-18). */
export class PendingApprovals {
  private readonly approvals = new Map<OrderRequestId, OrderIntent>();

  constructor(
    private readonly graceMs: number,
    private readonly exposure: Exposure,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  /** Claimed before it is sent: the next order is judged as if this one were open. */
  claim(intent: OrderIntent): void {
    this.exposure.claim(intent);
    this.approvals.set(intent.orderRequestId, intent);
  }

  /** It is proven never to have left. */
  withdraw(intent: OrderIntent): void {
    this.exposure.release(intent.orderRequestId);
    this.approvals.delete(intent.orderRequestId);
  }

  /** Execution has spoken of the order: from now on its facts keep the claim. */
  settle(request: OrderRequestId | undefined): void {
    if (request !== undefined) this.approvals.delete(request);
  }

  /** After a snapshot: what was approved and is not listed yet may still be on its way. */
  claimAgain(account: AccountId): void {
    for (const intent of this.approvals.values()) {
      if (intent.accountId === account && !this.exposure.has(intent.orderRequestId)) this.exposure.claim(intent);
    }
  }

  /** An approval past its end, of which execution has said nothing, is asked about; only its word frees the claim. */
  async askAboutSilent(follower: AccountFollower): Promise<void> {
    const end = this.clock.now() - msToNs(this.graceMs);
    const silent = [...this.approvals.values()].filter((intent) => intent.approvalExpiresAt < end);
    for (const account of new Set(silent.map((intent) => intent.accountId))) {
      const snapshot = await follower.askExposure(account);
      // While facts are missing one of them may be about the order: filled, and not counted in the position yet.
      if (snapshot === undefined || !follower.hasAll(account, snapshot.sequence)) continue;
      const listed = new Set(snapshot.openOrders.map((order) => order.orderRequestId));
      for (const intent of silent) {
        if (intent.accountId !== account || !this.approvals.delete(intent.orderRequestId)) continue;
        if (!listed.has(intent.orderRequestId)) this.exposure.release(intent.orderRequestId);
        this.logger.warning('approval_unheard_of', {
          request: intent.orderRequestId,
          listed: listed.has(intent.orderRequestId),
        });
      }
    }
  }
}
