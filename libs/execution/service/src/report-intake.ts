import {
  type ClientOrderId,
  Fault,
  isFinal,
  msToNs,
  type Order,
  orderRequestId,
  type Quantity,
  strategyId,
  type TimeNs,
  ZERO_AMOUNT,
} from '@argosy/domain';
import {
  type Doubt,
  type DoubtVerdict,
  eventOfReport,
  isEscalationDue,
  isQueryDue,
  judgeDoubt,
  stopsTrading,
  withBurn,
  withBurnTried,
  withNotFound,
} from '@argosy/execution-core';
import type { VenueOrderReport } from '@argosy/venue-port';
import type { AccountSession } from './account-session.js';
import { Revenants } from './revenants.js';
import { ShortFills } from './short-fills.js';

/** The strategy name under which orders that nobody here made are kept. */
const EXTERNAL_STRATEGY = strategyId('external');
/** A cancel that has not been answered by now is asked about, ms. */
const CANCEL_PATIENCE_MS = 2_000;

/** What the venue says of orders, by stream, sweep or query, applied to our table. */
export class ReportIntake {
  /** When each open order was last asked about. */
  private readonly asked = new Map<ClientOrderId, number>();
  private settling: Promise<void> | undefined;
  private readonly short: ShortFills;
  private readonly revenants: Revenants;

  constructor(
    private readonly session: AccountSession,
    private readonly asks: { readonly fetchFills: () => void; readonly cancel: (order: Order, reason: string) => void },
  ) {
    this.short = new ShortFills(session);
    this.revenants = new Revenants(session);
  }

  /** Resolves when what it changed is durable. */
  async take(report: VenueOrderReport): Promise<void> {
    // Another leader's or fleet's order is not ours to adopt, still less to cancel.
    if (stopsTrading(this.session.originOf(report.clientOrderId))) return;
    const known = this.session.orderOf(report);
    if (known !== undefined) return this.apply(known, report);
    if (report.status !== 'working') return;
    // The end of our own order may lie further back than memory reaches: a late report must not revive it as a stranger.
    const forgotten = this.session.isOurs(report.clientOrderId)
      ? await this.session.recall(report.clientOrderId)
      : undefined;
    const now = this.session.orderOf(report) ?? forgotten;
    if (now === undefined) await this.adopt(report);
    else await this.apply(now, report);
  }

  private async apply(order: Order, report: VenueOrderReport): Promise<void> {
    const event = eventOfReport(report);
    if (event === 'fetch_fills') {
      if (order.state === 'filled') return;
      this.asks.fetchFills();
      if (!isFinal(order.state)) await this.short.said(order, report);
      return;
    }
    // Nothing new: it would only put off the question about a cancel that nobody answers.
    const known = isFinal(order.state) || (order.state === 'cancel_pending' && order.venueOrderId !== undefined);
    if (event === 'venue_accepted' && known) return;
    await this.session.move(order, event, {
      venueOrderId: report.venueOrderId,
      reason: report.reason === 'open' ? undefined : report.reason,
    });
  }

  /** All open orders of the venue, as it lists them. Resolves when what they changed is durable. */
  async takeList(listed: readonly VenueOrderReport[]): Promise<void> {
    await Promise.all(listed.map((report) => this.take(report)));
    const ended = listed.filter((report) => isFinal(this.session.orderOf(report)?.state ?? 'new'));
    for (const report of this.revenants.proven(ended)) {
      this.session.parts.ports.logger.critical('order_rests_after_its_end', {
        order: report.clientOrderId,
        venue_order: report.venueOrderId,
        instrument: report.instrumentId,
      });
      this.asks.cancel(await this.adopt(report), 'it rests at the venue after its end');
    }
  }

  /** EX-7: an order nobody here knows is ours to watch all the same. */
  private async adopt(report: VenueOrderReport): Promise<Order> {
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
      clientOrderId: this.idFor(report) ?? ids.mint(),
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
    this.session.rememberAdoption(order.clientOrderId, report.venueTimeNs);
    await this.session.move(order, 'venue_accepted', { venueOrderId: report.venueOrderId });
    return this.session.book.order(order.clientOrderId) ?? order;
  }

  /** A client id that already names another order of ours cannot name this one too. */
  private idFor({ clientOrderId: id }: VenueOrderReport): Order['clientOrderId'] | undefined {
    return id === undefined || this.session.book.order(id) !== undefined ? undefined : id;
  }

  /** Every fill of a reading that was asked for at this moment is booked. */
  fillsRead(askedMonotonicMs: number): Promise<void> {
    return this.short.read(askedMonotonicMs);
  }

  /** Asks the venue about one order and applies the answer; "not found" counts only as the doubt policy says. */
  async query(order: Order): Promise<void> {
    const { ports, time } = this.session.parts;
    const lastQueryMonotonicMs = ports.clock.monotonicMs();
    this.asked.set(order.clientOrderId, lastQueryMonotonicMs);
    // From the question on, not from the answer: two answers to questions of one moment are one proof.
    this.learn(order.clientOrderId, (doubt) => ({ ...doubt, lastQueryMonotonicMs }));
    const askedAt = time.now();
    try {
      const report = await ports.venue.orderStatus(order);
      if (report === undefined) await this.notFound(order, askedAt);
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

  private async notFound(order: Order, askedAt: TimeNs): Promise<void> {
    this.learn(order.clientOrderId, (doubt) => withNotFound(doubt, askedAt));
    if (this.verdict(order)?.kind === 'absent') await this.neverLands(order, 'the venue never had it');
  }

  private verdict({ clientOrderId }: Order): DoubtVerdict | undefined {
    const { account, ports } = this.session.parts;
    const doubt = this.session.doubts.get(clientOrderId);
    if (doubt === undefined) return undefined;
    const { fence } = ports.venue;
    const visibilityLagMs = this.session.visibilityLagMs();
    // Only the key that signed the order can burn its nonce: another one's burn would prove nothing.
    const nonceBurn = fence.nonceBurn && this.session.requestOf(clientOrderId)?.signer === account.signer;
    return judgeDoubt(doubt.evidence, { ...fence, visibilityLagMs, nonceBurn });
  }

  private async neverLands(order: Order, reason: string): Promise<void> {
    const now = this.session.book.order(order.clientOrderId) ?? order;
    if (now.state === 'in_doubt') await this.session.move(now, 'venue_unaware', { reason });
  }

  /** Turns not known into known without waiting for the expiry: an order whose nonce is spent on nothing never lands. */
  private async burn(order: Order): Promise<void> {
    const { clientOrderId } = order;
    const { egress, time } = this.session.parts;
    const mark = this.session.requestOf(clientOrderId);
    const sent = mark === undefined ? undefined : egress.burn(mark.nonce, order.epoch);
    if (sent?.left !== true) return;
    this.learn(clientOrderId, withBurnTried);
    try {
      const answer = await sent.answer;
      this.learn(clientOrderId, (doubt) => withBurn(doubt, answer, time.now()));
      if (answer === 'burnt') await this.neverLands(order, 'its nonce is burnt');
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      this.session.parts.ports.logger.warning('burn_unanswered', { order: clientOrderId, reason: error.message });
    }
  }

  private learn(id: ClientOrderId, change: (doubt: Doubt) => Doubt): void {
    const doubt = this.session.doubts.get(id);
    if (doubt !== undefined) this.session.doubts.set(id, change(doubt));
  }

  /** One round over everything unanswered; a call during one shares it. */
  settleDoubts(): Promise<void> {
    this.settling ??= this.settleOnce().finally(() => {
      this.settling = undefined;
    });
    return this.settling;
  }

  private async settleOnce(): Promise<void> {
    const { ports, settings } = this.session.parts;
    const moment = { monotonicMs: ports.clock.monotonicMs() };
    for (const doubt of [...this.session.doubts.values()]) {
      if (isEscalationDue(doubt, moment, settings.doubt)) this.escalate(doubt.order);
      if (isQueryDue(doubt, moment, settings.doubt)) await this.lookInto(doubt.order);
    }
    for (const order of this.unansweredCancels()) await this.query(order);
  }

  private async lookInto(order: Order): Promise<void> {
    const burning = this.verdict(order)?.kind === 'burn' ? this.burn(order) : undefined;
    await Promise.all([burning, this.query(order)]);
  }

  private unansweredCancels(): readonly Order[] {
    const { ports, settings } = this.session.parts;
    const patience = msToNs(CANCEL_PATIENCE_MS);
    const [now, nowMs] = [ports.clock.now(), ports.clock.monotonicMs()];
    const open = this.session.book.open();
    const ids = new Set(open.map((order) => order.clientOrderId));
    for (const id of [...this.asked.keys()]) if (!ids.has(id)) this.asked.delete(id);
    return open
      .filter((order) => order.state === 'cancel_pending' && now - order.updatedAt > patience)
      .filter((order) => nowMs - (this.asked.get(order.clientOrderId) ?? -Infinity) >= settings.doubt.queryIntervalMs);
  }

  private escalate(order: Order): void {
    this.learn(order.clientOrderId, (doubt) => ({ ...doubt, escalated: true }));
    this.session.parts.ports.logger.critical('order_in_doubt_too_long', {
      order: order.clientOrderId,
      instrument: order.instrumentId,
    });
  }
}
