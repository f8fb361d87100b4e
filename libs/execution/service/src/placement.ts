import {
  type Amount,
  type Approved,
  type ClientOrderId,
  Fault,
  isRefusalCode,
  nsToMs,
  ok,
  type Order,
  type OrderIntent,
  type OrderRequest,
  type OrderRequestId,
  type Refusal,
  refusal,
  refused,
  type Result,
  type TimeNs,
  ZERO_AMOUNT,
  ZERO_QUANTITY,
} from '@argosy/domain';
import type { OrderAccepted, PlaceOrderMessage } from '@argosy/contracts';
import { type IntentRecord, move, pendingReduction, precheck, RequestsPlacedBefore } from '@argosy/execution-core';
import type { MessageContext, Span } from '@argosy/platform-port';
import type { PlaceAnswer, Placement } from '@argosy/venue-port';
import type { AccountSession } from './account-session.js';
import type { TradingGate } from './trading-gate.js';

type Answer = Result<OrderAccepted, Refusal>;

/** From an approved order to bytes at the venue: verify, check, make durable, send, take the answer. */
export class PlacementFlow {
  /** Account value less margin in use, as last observed. */
  freeMargin: Amount | undefined;
  /** Requests being made durable: a repeat waits for the same answer. */
  private readonly running = new Map<
    OrderRequestId,
    { readonly intent: OrderIntent; readonly answer: Promise<Answer> }
  >();

  /** Sends that the venue has not answered. */
  private readonly unanswering = new Set<Promise<void>>();

  constructor(
    private readonly session: AccountSession,
    private readonly gate: TradingGate,
    private readonly accepting: () => boolean,
  ) {}

  /** Resolves when what was being made durable has been sent, and every send has its answer, or an outcome without one. */
  async idle(): Promise<void> {
    await Promise.allSettled([...this.running.values()].map(({ answer }) => answer));
    await Promise.allSettled(this.unanswering);
  }

  async place({ intent, mac }: PlaceOrderMessage, context: MessageContext): Promise<Answer> {
    const { verifier, logger } = this.session.parts.ports;
    if (!verifier.verify(intent, mac)) {
      logger.critical('approval_invalid', { request: intent.orderRequestId, account: intent.accountId });
      return refused(refusal('approval_invalid', { request: intent.orderRequestId }));
    }
    const running = this.running.get(intent.orderRequestId);
    if (running !== undefined) return this.repeated(running.intent, intent, await running.answer);
    const known = this.session.book.orderOfRequest(intent.orderRequestId);
    if (known !== undefined) return this.placedBefore(known, intent);
    const answer = this.placeNew(intent, context);
    this.running.set(intent.orderRequestId, { intent, answer });
    try {
      return await answer;
    } finally {
      this.running.delete(intent.orderRequestId);
    }
  }

  /** The same request asked twice gets the first answer; another order under its id gets none. */
  private repeated(first: OrderRequest, now: OrderIntent, answer: Answer): Answer {
    if (!sameOrder(first, now)) return refused(refusal('duplicate_order', { request: now.orderRequestId }));
    return answer.ok ? ok({ ...answer.value, repeated: true }) : answer;
  }

  private async placedBefore(id: ClientOrderId, intent: OrderIntent): Promise<Answer> {
    let order: Order | undefined;
    try {
      order = this.session.book.order(id) ?? (await this.session.parts.ports.journal.order(id));
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      return refused(refusal('service_degraded', { store: 'execution', why: error.message }));
    }
    const first: Answer =
      order !== undefined &&
      order.venueOrderId === undefined &&
      order.state === 'rejected' &&
      isRefusalCode(order.reason)
        ? refused(refusal(order.reason, { order: id }))
        : ok({ clientOrderId: id, repeated: true });
    return this.repeated(order ?? intent, intent, first);
  }

  private placeNew(intent: Approved<OrderIntent>, context: MessageContext): Promise<Answer> {
    const unrecorded = this.unrecordable(intent);
    if (unrecorded !== undefined) return Promise.resolve(refused(unrecorded));
    const no =
      this.gate.refusal(intent) ??
      this.session.readiness() ??
      this.overdue(intent) ??
      this.examine(intent) ??
      this.session.parts.venue.orderRefusal();
    const order = this.approvedOrder(intent);
    this.session.rememberTrace(order.clientOrderId, context.trace?.traceparent ?? '');
    return no === undefined ? this.commit(order, intent, context) : Promise.resolve(this.refuse(order, no));
  }

  /** Refusals that leave no fact: there is no journal to take it, or no account of ours that it could belong to. */
  private unrecordable(intent: OrderIntent): Refusal | undefined {
    const { account } = this.session.parts;
    if (intent.venue !== account.venue || intent.accountKind !== account.kind) {
      return refusal('account_unknown', {
        account: intent.accountId,
        why: `it is ${account.kind} at ${account.venue}, not ${intent.accountKind} at ${intent.venue}`,
      });
    }
    if (this.gate.isDeposed(intent.riskEpoch))
      return refusal('approval_expired', { why: `risk epoch ${String(intent.riskEpoch)} has a successor` });
    if (this.accepting()) return undefined;
    return refusal('service_degraded', { store: 'execution', why: 'the journal does not answer' });
  }

  private overdue({ approvalExpiresAt }: OrderIntent): Refusal | undefined {
    return this.session.parts.ports.clock.now() > approvalExpiresAt ? refusal('approval_expired') : undefined;
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
      pendingReduction: intent.reduceOnly ? pendingReduction(book.open(), instrumentId, intent.side) : ZERO_AMOUNT,
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
      ...(intent.arrivalMid === undefined ? {} : { arrivalMid: intent.arrivalMid }),
    };
    const approved = move(fresh, 'risk_approved', at);
    return approved.kind === 'moved' ? approved.order : fresh;
  }

  /** The refusal is a fact of the account too: risk frees what it had set aside. */
  private refuse(order: Order, no: Refusal): Answer {
    this.session.parts.ports.metrics.ordersRejected.add({ venue: order.venue, code: no.code });
    this.session.detach(this.session.move(order, 'send_prevented', { reason: no.code }));
    return refused(no);
  }

  private async commit(order: Order, intent: Approved<OrderIntent>, context: MessageContext): Promise<Answer> {
    const { ports } = this.session.parts;
    const placement = this.placement(order, intent);
    if ('code' in placement) return this.refuse(order, placement);
    const { clientOrderId } = order;
    const span = ports.tracer.start('execution.intent', {
      parent: context.trace,
      attributes: { 'argosy.client_order_id': clientOrderId },
    });
    const unsent: { withdrawn?: string } = {};
    this.session.unsent.set(clientOrderId, unsent);
    this.session.rememberRequest(clientOrderId, {
      expiresAt: placement.expiresAt,
      nonce: placement.nonce,
      signer: this.session.parts.account.signer,
    });
    try {
      // `sent` before the bytes leave: after a crash the journal must say that the order might be out there.
      await this.session.move(order, 'send_started', {}, this.record(placement, context));
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      span.fail(error.code);
      if (error instanceof RequestsPlacedBefore) return await this.placedLongAgo(order, intent, error);
      return refused(refusal('not_leader', { why: error.message }));
    } finally {
      span.end();
      this.session.unsent.delete(clientOrderId);
    }
    const sent = this.session.book.order(clientOrderId) ?? order;
    const no = this.send(sent, placement, { context, withdrawn: unsent.withdrawn });
    return no === undefined ? ok({ clientOrderId, repeated: false }) : refused(no);
  }

  /** Nothing left, and nothing will: the repeat ends, and the request has the answer of the order that it became first. */
  private placedLongAgo(order: Order, intent: OrderIntent, { firsts }: RequestsPlacedBefore): Promise<Answer> {
    const { clientOrderId } = order;
    const repeat = this.session.book.order(clientOrderId) ?? order;
    this.session.detach(this.session.move(repeat, 'send_prevented', { reason: 'duplicate_order' }));
    return this.placedBefore(firsts.get(clientOrderId) ?? clientOrderId, intent);
  }

  private placement(order: Order, intent: Approved<OrderIntent>): Placement | Refusal {
    const { nonces, ports } = this.session.parts;
    const instrument = this.session.instrument(intent.instrumentId);
    if (instrument === undefined) return refusal('instrument_unknown', { instrument: intent.instrumentId });
    const expiresAt = this.expiry();
    if (expiresAt === undefined) return refusal('not_leader', { why: 'no expiry fits the lease and the venue clock' });
    const nonce = nonces.mint(nsToMs(ports.clock.now()));
    return { intent, instrument, clientOrderId: order.clientOrderId, nonce, expiresAt };
  }

  /** In the venue's time and no later than the lease's end (I-05), which is measured on the monotonic clock. */
  private expiry(): TimeNs | undefined {
    const { ports, settings, time } = this.session.parts;
    const lease = ports.leadership.current();
    return lease === undefined ? undefined : time.expiry(lease.deadlineMonotonicMs, settings.requestValidityMs);
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

  private send(
    order: Order,
    placement: Placement,
    { context, withdrawn }: { readonly context: MessageContext; readonly withdrawn: string | undefined },
  ): Refusal | undefined {
    const { egress, ports } = this.session.parts;
    const span = ports.tracer.start('execution.venue', {
      kind: 'client',
      parent: context.trace,
      attributes: { 'argosy.client_order_id': order.clientOrderId, 'argosy.venue': order.venue },
    });
    // The journal may have taken its time: what was decided too long ago, or called back meanwhile, is not sent.
    const stopped =
      withdrawn === undefined
        ? this.overdue(placement.intent)
        : refusal('conflict', { why: `cancelled before it was sent: ${withdrawn}` });
    const sent = stopped === undefined ? egress.place(placement, order) : ({ left: false, refusal: stopped } as const);
    if (!sent.left) {
      span.fail(sent.refusal.code);
      span.end();
      this.refuse(order, sent.refusal);
      return sent.refusal;
    }
    this.measure(placement, sent.atNs, span);
    const answered = this.awaitAnswer(order, sent.answer, span);
    this.unanswering.add(answered);
    this.session.detach(answered.finally(() => this.unanswering.delete(answered)));
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
    const said = await outcomeOf(answer);
    const outcome = said instanceof Fault ? said.code : said.outcome;
    ports.metrics.orderLatency.observe(
      { venue: order.venue, outcome },
      (ports.clock.monotonicMs() - startedMs) / 1_000,
      span.context.traceparent,
    );
    if (said instanceof Fault) span.fail(said.code);
    span.set('argosy.outcome', outcome);
    span.end();
    await (said instanceof Fault ? this.unanswered(order, said) : this.answered(order, said));
  }

  private answered(order: Order, answer: PlaceAnswer): Promise<void> {
    const now = this.session.book.order(order.clientOrderId) ?? order;
    if (answer.outcome === 'rejected') {
      this.session.parts.ports.metrics.ordersRejected.add({ venue: order.venue, code: 'venue_rejected' });
      return this.session.move(now, 'venue_rejected', { reason: answer.reason });
    }
    if (answer.outcome === 'in_doubt') return this.session.move(now, 'send_timed_out', { reason: answer.reason });
    // `filled` says that it lived; its fills say the rest, and come by the private stream or the next sweep.
    return this.session.move(now, 'venue_accepted', { venueOrderId: answer.venueOrderId });
  }

  private unanswered(order: Order, fault: Fault): Promise<void> {
    const now = this.session.book.order(order.clientOrderId) ?? order;
    if (fault.policy.reached === 'maybe') return this.session.move(now, 'send_timed_out', { reason: fault.message });
    this.session.parts.ports.metrics.ordersRejected.add({ venue: order.venue, code: fault.code.toLowerCase() });
    // Cancelled while it was on its way: nothing left, so nothing is there to cancel.
    const event = now.state === 'cancel_pending' ? 'venue_cancelled' : 'send_prevented';
    return this.session.move(now, event, { reason: fault.message });
  }
}

/** Only a fault of the world is an outcome; anything else is our own bug and must stop the process. */
async function outcomeOf(answer: Promise<PlaceAnswer>): Promise<PlaceAnswer | Fault> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
}

const sameOrder = (a: OrderRequest, b: OrderRequest): boolean =>
  a.strategyId === b.strategyId &&
  a.instrumentId === b.instrumentId &&
  a.side === b.side &&
  a.quantity === b.quantity &&
  a.limitPrice === b.limitPrice &&
  a.timeInForce === b.timeInForce &&
  a.reduceOnly === b.reduceOnly;
