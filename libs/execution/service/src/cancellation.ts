import {
  Fault,
  isFinal,
  nextState,
  nsToMs,
  msToNs,
  type Order,
  type Refusal,
  refusal,
  refused,
  ok,
  type Result,
  type TimeNs,
} from '@argosy/domain';
import type { CancelAnswer } from '@argosy/venue-port';
import type { AccountSession } from './account-session.js';
import type { ReportIntake } from './report-intake.js';
import { venueNow } from './venue-time.js';

/** Cancels: idempotent, possible in every halt, and never believed before the venue has said so. */
export class CancellationFlow {
  constructor(
    private readonly session: AccountSession,
    private readonly intake: ReportIntake,
  ) {}

  /** The order as it stands once the request has been taken on. */
  cancel(order: Order, reason: string): Result<Order, Refusal> {
    if (isFinal(order.state))
      return refused(refusal('order_final', { order: order.clientOrderId, state: order.state }));
    if (order.state === 'cancel_pending') return ok(order);
    // An order in doubt keeps its state: a cancel on its way proves nothing about it.
    if (nextState(order.state, 'cancel_requested') !== undefined) {
      void this.session.move(order, 'cancel_requested', { reason });
    }
    void this.send(order);
    return ok(this.now(order));
  }

  cancelAll(orders: readonly Order[], reason: string): readonly Order[] {
    return orders.filter((order) => this.cancel(order, reason).ok);
  }

  /** Sends the cancel again for an order that a halt must see gone. */
  async send(order: Order): Promise<void> {
    const { egress, nonces, ports, settings } = this.session.parts;
    const instrument = this.session.instrument(order.instrumentId);
    if (instrument === undefined) return;
    const now = ports.clock.now();
    const sent = egress.cancel({
      instrument,
      clientOrderId: order.clientOrderId,
      ...(order.venueOrderId === undefined ? {} : { venueOrderId: order.venueOrderId }),
      nonce: nonces.mint(nsToMs(now)),
      expiresAt: (venueNow(ports) + msToNs(settings.requestValidityMs)) as TimeNs,
    });
    if (!sent.left) {
      ports.logger.warning('cancel_prevented', { order: order.clientOrderId, reason: sent.refusal.code });
      return;
    }
    try {
      await this.answered(order, await sent.answer);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      // The order stays `cancel_pending`: the doubt resolver asks the venue what became of it.
      ports.logger.warning('cancel_unanswered', { order: order.clientOrderId, reason: error.message });
    }
  }

  private async answered(order: Order, answer: CancelAnswer): Promise<void> {
    if (answer.outcome === 'cancelled') {
      await this.session.move(this.now(order), 'venue_cancelled', { reason: this.now(order).reason });
      return;
    }
    // "Unknown order" may mean filled: only the venue's status of it, and its fills, can tell (5.6).
    await this.intake.query(this.now(order));
  }

  private now(order: Order): Order {
    return this.session.book.order(order.clientOrderId) ?? order;
  }
}
