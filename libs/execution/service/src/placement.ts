import {
  type Amount,
  type Approved,
  Fault,
  msToNs,
  nsToMs,
  type Order,
  type OrderIntent,
  type Refusal,
  refusal,
  refused,
  ok,
  type Result,
  type TimeNs,
  ZERO_AMOUNT,
  ZERO_QUANTITY,
} from '@argosy/domain';
import type { OrderAccepted, PlaceOrderMessage } from '@argosy/contracts';
import { type IntentRecord, move, pendingReduction, precheck } from '@argosy/execution-core';
import type { MessageContext, Span } from '@argosy/platform-port';
import type { PlaceAnswer, Placement } from '@argosy/venue-port';
import type { AccountSession } from './account-session.js';
import type { TradingGate } from './trading-gate.js';
import { venueNow } from './venue-time.js';

/** From an approved order to bytes at the venue: verify, check, make durable, send, take the answer. */
export class PlacementFlow {
  /** Account value less margin in use, as last observed. */
  freeMargin: Amount | undefined;

  constructor(
    private readonly session: AccountSession,
    private readonly gate: TradingGate,
    private readonly accepting: () => boolean,
  ) {}

  async place({ intent, mac }: PlaceOrderMessage, context: MessageContext): Promise<Result<OrderAccepted, Refusal>> {
    const { verifier, clock, logger } = this.session.parts.ports;
    if (!verifier.verify(intent, mac)) {
      logger.critical('approval_invalid', { request: intent.orderRequestId, account: intent.accountId });
      return refused(refusal('approval_invalid', { request: intent.orderRequestId }));
    }
    const known = this.session.book.orderOfRequest(intent.orderRequestId);
    if (known !== undefined) return ok({ clientOrderId: known, repeated: true });
    const expired = clock.now() > intent.approvalExpiresAt;
    const no = expired ? refusal('approval_expired') : (this.standing() ?? this.examine(intent));
    const order = this.approvedOrder(intent);
    this.session.rememberTrace(order.clientOrderId, context.trace?.traceparent ?? '');
    return no === undefined ? this.commit(order, intent, context) : this.refuse(order, no);
  }

  private standing(): Refusal | undefined {
    if (!this.accepting()) return refusal('venue_not_ready', { why: 'the journal does not answer' });
    return this.gate.refusal() ?? this.session.readiness();
  }

  private examine(intent: OrderIntent): Refusal | undefined {
    const { book } = this.session;
    const { instrumentId } = intent;
    const blocked = [...this.session.doubts.values()].find(
      ({ order }) => order.instrumentId === instrumentId && order.strategyId === intent.strategyId,
    );
    if (blocked !== undefined && !intent.reduceOnly) {
      return refusal('conflict', {
        in_doubt: blocked.order.clientOrderId,
        why: 'an order of this strategy and instrument is in doubt',
      });
    }
    return precheck(intent, {
      instrument: this.session.instrument(instrumentId),
      position: book.positions.of(instrumentId),
      pendingReduction: intent.reduceOnly ? pendingReduction(book.open(), instrumentId) : ZERO_AMOUNT,
      freeMargin: this.freeMargin,
      frozen: book.frozen.has(instrumentId),
    });
  }

  private approvedOrder(intent: OrderIntent): Order {
    const { ids, epoch, ports } = this.session.parts;
    const at = ports.clock.now();
    const fresh: Order = {
      orderRequestId: intent.orderRequestId,
      strategyId: intent.strategyId,
      accountId: intent.accountId,
      venue: intent.venue,
      instrumentId: intent.instrumentId,
      side: intent.side,
      quantity: intent.quantity,
      limitPrice: intent.limitPrice,
      timeInForce: intent.timeInForce,
      reduceOnly: intent.reduceOnly,
      clientOrderId: ids.mint(),
      accountKind: intent.accountKind,
      state: 'new',
      filledQuantity: ZERO_QUANTITY,
      filledNotional: ZERO_AMOUNT,
      epoch,
      createdAt: at,
      updatedAt: at,
      reason: '',
      external: false,
    };
    const approved = move(fresh, 'risk_approved', at);
    return approved.kind === 'moved' ? approved.order : fresh;
  }

  /** The refusal is a fact of the account too: risk frees what it had set aside. */
  private refuse(order: Order, no: Refusal): Result<OrderAccepted, Refusal> {
    this.session.parts.ports.metrics.ordersRejected.add({ venue: order.venue, code: no.code });
    void this.session.move(order, 'send_prevented', { reason: no.code });
    return refused(no);
  }

  private async commit(
    order: Order,
    intent: Approved<OrderIntent>,
    context: MessageContext,
  ): Promise<Result<OrderAccepted, Refusal>> {
    const { ports } = this.session.parts;
    const placement = this.placement(order, intent);
    if (placement === undefined)
      return this.refuse(order, refusal('instrument_unknown', { instrument: intent.instrumentId }));
    const span = ports.tracer.start('execution.intent', {
      parent: context.trace,
      attributes: { 'argosy.client_order_id': order.clientOrderId },
    });
    // `sent` before the bytes leave: after a crash the journal must say that the order might be out there.
    await this.session.move(order, 'send_started', {}, this.record(placement, context));
    span.end();
    const sent = this.session.book.order(order.clientOrderId) ?? order;
    const no = this.send(sent, placement, context);
    return no === undefined ? ok({ clientOrderId: order.clientOrderId, repeated: false }) : refused(no);
  }

  private placement(order: Order, intent: Approved<OrderIntent>): Placement | undefined {
    const { nonces, ports } = this.session.parts;
    const instrument = this.session.instrument(intent.instrumentId);
    if (instrument === undefined) return undefined;
    return {
      intent,
      instrument,
      clientOrderId: order.clientOrderId,
      nonce: nonces.mint(nsToMs(ports.clock.now())),
      expiresAt: this.expiry(),
    };
  }

  /** In the venue's time and no later than the lease's end (I-05), which is measured on the monotonic clock. */
  private expiry(): TimeNs {
    const { ports, settings } = this.session.parts;
    const lease = ports.leadership.current();
    const leftMs = lease === undefined ? 0 : lease.deadlineMonotonicMs - ports.clock.monotonicMs();
    return (venueNow(ports) + msToNs(Math.min(settings.requestValidityMs, leftMs))) as TimeNs;
  }

  private record({ intent, clientOrderId, nonce, expiresAt }: Placement, context: MessageContext): IntentRecord {
    const { account, epoch } = this.session.parts;
    return {
      clientOrderId,
      intent,
      nonce,
      expiresAt,
      signer: account.signer,
      epoch,
      traceparent: context.trace?.traceparent ?? '',
    };
  }

  private send(order: Order, placement: Placement, context: MessageContext): Refusal | undefined {
    const { egress, ports } = this.session.parts;
    const span = ports.tracer.start('execution.venue', {
      kind: 'client',
      parent: context.trace,
      attributes: { 'argosy.client_order_id': order.clientOrderId, 'argosy.venue': order.venue },
    });
    const sent = egress.place(placement, order.epoch);
    if (!sent.left) {
      span.fail(sent.refusal.code);
      span.end();
      this.refuse(order, sent.refusal);
      return sent.refusal;
    }
    this.measure(placement, sent.atNs, span);
    void this.awaitAnswer(order, sent.answer, span);
    return undefined;
  }

  private measure({ intent }: Placement, atNs: bigint | undefined, span: Span): void {
    const { metrics } = this.session.parts.ports;
    metrics.ordersPlaced.add({ venue: intent.venue, side: intent.side });
    if (intent.tickReceivedAt === undefined || atNs === undefined) return;
    const seconds = Number(atNs - intent.tickReceivedAt) / 1e9;
    metrics.tickToSocket.observe({ venue: intent.venue }, seconds, span.context.traceparent);
  }

  private async awaitAnswer(order: Order, answer: Promise<PlaceAnswer>, span: Span): Promise<void> {
    const { ports } = this.session.parts;
    const startedMs = ports.clock.monotonicMs();
    const done = (outcome: string): void => {
      ports.metrics.orderLatency.observe(
        { venue: order.venue, outcome },
        (ports.clock.monotonicMs() - startedMs) / 1_000,
        span.context.traceparent,
      );
      span.set('argosy.outcome', outcome);
      span.end();
    };
    try {
      const said = await answer;
      done(said.outcome);
      await this.answered(order, said);
    } catch (error) {
      // Only a fault of the world is an outcome; anything else is our own bug and must stop the process.
      if (!(error instanceof Fault)) throw error;
      span.fail(error.code);
      done(error.code);
      await this.unanswered(order, error);
    }
  }

  private answered(order: Order, answer: PlaceAnswer): Promise<void> {
    const now = this.session.book.order(order.clientOrderId) ?? order;
    if (answer.outcome === 'rejected') {
      this.session.parts.ports.metrics.ordersRejected.add({ venue: order.venue, code: 'venue_rejected' });
      return this.session.move(now, 'venue_rejected', { reason: answer.reason });
    }
    // `filled` says that it lived; its fills say the rest, and come by the private stream or the next sweep.
    return this.session.move(now, 'venue_accepted', { venueOrderId: answer.venueOrderId });
  }

  private unanswered(order: Order, fault: Fault): Promise<void> {
    const now = this.session.book.order(order.clientOrderId) ?? order;
    if (fault.policy.reached === 'no') {
      this.session.parts.ports.metrics.ordersRejected.add({ venue: order.venue, code: fault.code.toLowerCase() });
      return this.session.move(now, 'send_prevented', { reason: fault.message });
    }
    return this.session.move(now, 'send_timed_out', { reason: fault.message });
  }
}
