import {
  type ClientOrderId,
  Fault,
  isFinal,
  msToNs,
  nextState,
  nsToMs,
  ok,
  type Order,
  type Refusal,
  refusal,
  refused,
  type Result,
  type TimeNs,
} from '@argosy/domain';
import type { CancelAnswer } from '@argosy/venue-port';
import type { AccountSession } from './account-session.js';
import type { ReportIntake } from './report-intake.js';
import { venueNow } from './venue-time.js';

/** A halt sends a cancel again after this, ms: the venue may have lost the first, and must not be flooded. */
const ENFORCE_INTERVAL_MS = 1_000;

/** Cancels: idempotent, possible in every halt, and never believed before the venue has said so. */
export class CancellationFlow {
  private enforced = new Map<ClientOrderId, number>();

  constructor(
    private readonly session: AccountSession,
    private readonly intake: ReportIntake,
  ) {}

  /** The order as it stands once the request has left, or why none could. */
  cancel(order: Order, reason: string): Result<Order, Refusal> {
    if (isFinal(order.state))
      return refused(refusal('order_final', { order: order.clientOrderId, state: order.state }));
    if (order.state === 'cancel_pending') return ok(order);
    const unsent = this.session.unsent.get(order.clientOrderId);
    if (unsent !== undefined) {
      // Nothing is at the venue yet: the placement finds this before it sends.
      unsent.withdrawn ??= reason;
      return ok(order);
    }
    return this.send(order, reason);
  }

  cancelAll(orders: readonly Order[], reason: string): readonly Order[] {
    return orders.filter((order) => this.cancel(order, reason).ok);
  }

  /** What a halt must see gone: cancelled now, and again as long as it lives. */
  enforce(orders: readonly Order[], reason: string): void {
    const nowMs = this.session.parts.ports.clock.monotonicMs();
    const before = this.enforced;
    this.enforced = new Map();
    for (const order of orders) {
      const lastMs = before.get(order.clientOrderId) ?? -Infinity;
      const due = nowMs - lastMs >= ENFORCE_INTERVAL_MS && order.state !== 'cancel_pending';
      if (due) this.cancel(order, reason);
      this.enforced.set(order.clientOrderId, due ? nowMs : lastMs);
    }
  }

  private send(order: Order, reason: string): Result<Order, Refusal> {
    const { egress, nonces, ports, settings } = this.session.parts;
    const instrument = this.session.instrument(order.instrumentId);
    if (instrument === undefined) {
      ports.logger.error('cancel_prevented', { order: order.clientOrderId, reason: 'instrument_unknown' });
      return refused(refusal('instrument_unknown', { instrument: order.instrumentId }));
    }
    const sent = egress.cancel({
      instrument,
      clientOrderId: order.clientOrderId,
      ...(order.venueOrderId === undefined ? {} : { venueOrderId: order.venueOrderId }),
      nonce: nonces.mint(nsToMs(ports.clock.now())),
      expiresAt: (venueNow(ports) + msToNs(settings.requestValidityMs)) as TimeNs,
    });
    if (!sent.left) {
      ports.logger.warning('cancel_prevented', { order: order.clientOrderId, reason: sent.refusal.code });
      return refused(sent.refusal);
    }
    // An order in doubt keeps its state: a cancel on its way proves nothing about it.
    if (nextState(order.state, 'cancel_requested') !== undefined) {
      this.session.detach(this.session.move(order, 'cancel_requested', { reason }));
    }
    this.session.detach(this.awaitAnswer(order, sent.answer));
    return ok(this.now(order));
  }

  private async awaitAnswer(order: Order, answer: Promise<CancelAnswer>): Promise<void> {
    let said: CancelAnswer;
    try {
      said = await answer;
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      this.session.parts.ports.logger.warning('cancel_unanswered', {
        order: order.clientOrderId,
        reason: error.message,
      });
      await this.unanswered(order, error);
      return;
    }
    await this.answered(order, said);
  }

  /** Without an answer the order stays `cancel_pending` and is asked about; what never left has changed nothing. */
  private async unanswered(order: Order, { policy }: Fault): Promise<void> {
    const now = this.now(order);
    if (policy.reached === 'no' && now.state === 'cancel_pending' && now.venueOrderId !== undefined) {
      await this.session.move(now, 'cancel_refused', { reason: '' });
    }
  }

  private async answered(order: Order, answer: CancelAnswer): Promise<void> {
    const now = this.now(order);
    if (answer.outcome === 'cancelled') {
      await this.session.move(now, 'venue_cancelled', { reason: now.reason });
      return;
    }
    // "Unknown order" may mean filled: only the venue's status of it, and its fills, can tell (5.6).
    await this.intake.query(now);
  }

  private now(order: Order): Order {
    return this.session.book.order(order.clientOrderId) ?? order;
  }
}
