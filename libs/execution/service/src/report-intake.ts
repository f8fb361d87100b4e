import { Fault, isFinal, orderRequestId, type Order, strategyId, ZERO_AMOUNT, type Quantity } from '@argosy/domain';
import { eventOfReport, isEscalationDue, isQueryDue, recordNotFound } from '@argosy/execution-core';
import type { VenueOrderReport } from '@argosy/venue-port';
import type { AccountSession } from './account-session.js';

/** The strategy name under which orders that nobody here made are kept. */
const EXTERNAL_STRATEGY = strategyId('external');
/** A cancel that has not been answered by now is asked about, ms. */
const CANCEL_PATIENCE_MS = 2_000;

/** What the venue says of orders, by stream, sweep or query, applied to our table. */
export class ReportIntake {
  constructor(
    private readonly session: AccountSession,
    private readonly fetchFills: () => void,
  ) {}

  /** Resolves when what it changed is durable. */
  async take(report: VenueOrderReport): Promise<void> {
    const known = this.session.orderOf(report.clientOrderId, report.venueOrderId);
    if (known === undefined) {
      if (report.status === 'working') await this.adopt(report);
      return;
    }
    await this.apply(known, report);
  }

  private async apply(order: Order, report: VenueOrderReport): Promise<void> {
    const event = eventOfReport(report);
    if (event === 'fetch_fills') {
      if (order.state !== 'filled') this.fetchFills();
      return;
    }
    if (isFinal(order.state) && event === 'venue_accepted') return;
    await this.session.move(order, event, {
      venueOrderId: report.venueOrderId,
      reason: report.reason === 'open' ? undefined : report.reason,
    });
  }

  /** EX-7: an order nobody here knows is ours to watch all the same. */
  private async adopt(report: VenueOrderReport): Promise<void> {
    const { account, ids, epoch, ports } = this.session.parts;
    const at = ports.clock.now();
    ports.logger.warning('external_order', { venue_order: report.venueOrderId, instrument: report.instrumentId });
    const order: Order = {
      orderRequestId: orderRequestId(`external-${report.venueOrderId}`.slice(0, 64)),
      strategyId: EXTERNAL_STRATEGY,
      accountId: account.accountId,
      venue: account.venue,
      instrumentId: report.instrumentId,
      side: report.side,
      quantity: report.quantity,
      limitPrice: report.limitPrice,
      timeInForce: 'gtc',
      reduceOnly: report.reduceOnly,
      clientOrderId: report.clientOrderId ?? ids.mint(),
      venueOrderId: report.venueOrderId,
      accountKind: account.kind,
      state: 'sent',
      filledQuantity: (report.quantity - report.remaining) as Quantity,
      filledNotional: ZERO_AMOUNT,
      epoch,
      createdAt: at,
      updatedAt: at,
      reason: 'found at the venue',
      external: true,
    };
    await this.session.move(order, 'venue_accepted', { venueOrderId: report.venueOrderId });
  }

  /** Asks the venue about one order and applies the answer; "not found" counts only as the doubt policy says. */
  async query(order: Order): Promise<void> {
    const { ports } = this.session.parts;
    try {
      const report = await ports.venue.orderStatus(order);
      if (report === undefined) await this.notFound(order);
      else await this.found(order, report);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      ports.logger.warning('order_query_failed', { order: order.clientOrderId, reason: error.message });
    }
  }

  private async found(order: Order, report: VenueOrderReport): Promise<void> {
    const now = this.session.book.order(order.clientOrderId) ?? order;
    if (report.status === 'working' && now.state === 'cancel_pending') {
      await this.session.move(now, 'cancel_refused', { venueOrderId: report.venueOrderId });
      return;
    }
    await this.apply(now, report);
  }

  private async notFound(order: Order): Promise<void> {
    const { ports, settings } = this.session.parts;
    const doubt = this.session.doubts.get(order.clientOrderId);
    if (doubt === undefined) return;
    const moment = { now: ports.clock.now(), monotonicMs: ports.clock.monotonicMs() };
    const recorded = recordNotFound(doubt, moment, settings.doubt);
    this.session.doubts.set(order.clientOrderId, recorded.doubt);
    if (recorded.absent) await this.session.move(doubt.order, 'venue_unaware', { reason: 'the venue never had it' });
  }

  /** One round over everything unanswered. */
  async settleDoubts(): Promise<void> {
    const { ports, settings } = this.session.parts;
    const moment = { now: ports.clock.now(), monotonicMs: ports.clock.monotonicMs() };
    for (const doubt of [...this.session.doubts.values()]) {
      if (isEscalationDue(doubt, moment, settings.doubt)) this.escalate(doubt.order);
      if (isQueryDue(doubt, moment, settings.doubt)) await this.query(doubt.order);
    }
    const patience = BigInt(CANCEL_PATIENCE_MS) * 1_000_000n;
    for (const order of this.session.book.open()) {
      if (order.state === 'cancel_pending' && moment.now - order.updatedAt > patience) await this.query(order);
    }
  }

  private escalate(order: Order): void {
    const doubt = this.session.doubts.get(order.clientOrderId);
    if (doubt !== undefined) this.session.doubts.set(order.clientOrderId, { ...doubt, escalated: true });
    this.session.parts.ports.logger.critical('order_in_doubt_too_long', {
      order: order.clientOrderId,
      instrument: order.instrumentId,
    });
  }
}
