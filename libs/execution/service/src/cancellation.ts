import {
  type ClientOrderId,
  Fault,
  isFinal,
  nextState,
  nsToMs,
  ok,
  type Order,
  type Refusal,
  refusal,
  refused,
  type Result,
} from '@argosy/domain';
import type { CancelAnswer, Cancellation } from '@argosy/venue-port';
import type { AccountSession } from './account-session.js';
import type { CancelAtGate } from './egress.js';
import type { ReportIntake } from './report-intake.js';

/** A halt sends a cancel again after this, ms: the venue may have lost the first, and must not be flooded. */
const ENFORCE_INTERVAL_MS = 1_000;
/** A cancel that the venue would not have is not sent again before this, ms: what made it refuse is still so. */
const REFUSED_PAUSE_MS = 1_000;

/** Cancels: idempotent, possible in every halt, and never believed before the venue has said so. */
export class CancellationFlow {
  private enforced = new Map<ClientOrderId, number>();
  /** When the venue last refused to cancel each open order. */
  private readonly refusedAtMs = new Map<ClientOrderId, number>();

  constructor(
    private readonly session: AccountSession,
    private readonly intake: ReportIntake,
  ) {}

  /** The order as it stands once the request has left, or why none could. */
  cancel(order: Order, reason: string): Result<Order, Refusal> {
    const tooSoon = this.tooSoon(order);
    if (tooSoon !== undefined) return refused(tooSoon);
    const [answer] = this.cancelEach([order], reason);
    return answer ?? ok(order);
  }

  /** Those for which a cancel is under way now. */
  cancelAll(orders: readonly Order[], reason: string): readonly Order[] {
    return this.cancelEach(orders, reason).flatMap((answer) => (answer.ok ? [answer.value] : []));
  }

  /** Strategies ask again with every tick: each answer "expired" costs five requests, and a storm of them the budget. */
  private tooSoon({ clientOrderId, state }: Order): Refusal | undefined {
    if (state === 'cancel_pending') return undefined;
    const nowMs = this.session.parts.ports.clock.monotonicMs();
    for (const id of this.refusedAtMs.keys())
      if (isFinal(this.session.book.order(id)?.state ?? 'cancelled')) this.refusedAtMs.delete(id);
    const waitMs = (this.refusedAtMs.get(clientOrderId) ?? -Infinity) + REFUSED_PAUSE_MS - nowMs;
    if (waitMs <= 0) return undefined;
    return refusal('venue_rate_limited', { limit: 'refused cancel', again_in_ms: String(Math.ceil(waitMs)) });
  }

  /** What a halt must see gone: cancelled now, and again as long as it lives. */
  enforce(orders: readonly Order[], reason: string): void {
    const nowMs = this.session.parts.ports.clock.monotonicMs();
    const lastMs = (order: Order): number => this.enforced.get(order.clientOrderId) ?? -Infinity;
    const due = orders.filter(
      (order) => nowMs - lastMs(order) >= ENFORCE_INTERVAL_MS && order.state !== 'cancel_pending',
    );
    const answers = this.cancelEach(due, reason);
    // What found no room is due again at once.
    const left = new Set(due.filter((_order, index) => answers[index]?.ok).map(({ clientOrderId }) => clientOrderId));
    this.enforced = new Map(
      orders.map((order) => [order.clientOrderId, left.has(order.clientOrderId) ? nowMs : lastMs(order)]),
    );
  }

  private cancelEach(orders: readonly Order[], reason: string): readonly Result<Order, Refusal>[] {
    const wanted: CancelAtGate[] = [];
    const answers = orders.map((order) => {
      const early = this.withoutRequest(order, reason);
      if (early !== undefined) return early;
      const cancellation = this.cancellation(order);
      if (cancellation === undefined) return this.prevented(order, this.unknownInstrument(order));
      wanted.push({ order, cancellation });
      return undefined;
    });
    const refused = wanted.length === 0 ? new Map<CancelAtGate, Refusal>() : this.send(wanted, reason);
    const rest = wanted.map((cancel): Result<Order, Refusal> => {
      const no = refused.get(cancel);
      return no === undefined ? ok(this.now(cancel.order)) : this.prevented(cancel.order, no);
    });
    return answers.flatMap((answer) => answer ?? rest.shift() ?? []);
  }

  /** The answer where nothing has to leave. */
  private withoutRequest(order: Order, reason: string): Result<Order, Refusal> | undefined {
    if (isFinal(order.state))
      return refused(refusal('order_final', { order: order.clientOrderId, state: order.state }));
    if (order.state === 'cancel_pending') return ok(order);
    const unsent = this.session.unsent.get(order.clientOrderId);
    if (unsent === undefined) return undefined;
    // Nothing is at the venue yet: the placement finds this before it sends.
    unsent.withdrawn ??= reason;
    return ok(order);
  }

  private cancellation(order: Order): Cancellation | undefined {
    const { nonces, ports, settings, time } = this.session.parts;
    const instrument = this.session.instrument(order.instrumentId);
    if (instrument === undefined) return undefined;
    return {
      instrument,
      clientOrderId: order.clientOrderId,
      ...(order.venueOrderId === undefined ? {} : { venueOrderId: order.venueOrderId }),
      nonce: nonces.mint(nsToMs(ports.clock.now())),
      expiresAt: time.cancelExpiry(settings.requestValidityMs),
    };
  }

  private readonly unknownInstrument = (order: Order): Refusal =>
    refusal('instrument_unknown', { instrument: order.instrumentId });

  private prevented(order: Order, no: Refusal): Result<Order, Refusal> {
    this.session.parts.ports.logger.warning('cancel_prevented', { order: order.clientOrderId, reason: no.code });
    return refused(no);
  }

  private send(wanted: readonly CancelAtGate[], reason: string): ReadonlyMap<CancelAtGate, Refusal> {
    const { refused: stopped, left, answers } = this.session.parts.egress.cancel(wanted);
    for (const { order } of left) {
      // An order in doubt keeps its state: a cancel on its way proves nothing about it.
      if (nextState(order.state, 'cancel_requested') !== undefined) {
        this.session.detach(this.session.move(order, 'cancel_requested', { reason }));
      }
    }
    this.session.detach(this.awaitAnswers(left, answers));
    return stopped;
  }

  private async awaitAnswers(left: readonly CancelAtGate[], answers: Promise<readonly CancelAnswer[]>): Promise<void> {
    let said: readonly CancelAnswer[];
    try {
      said = await answers;
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      await Promise.all(left.map(({ order }) => this.unanswered(order, error)));
      return;
    }
    // Moves first: they go into one transaction. A question to the venue waits for its answer.
    await Promise.all(left.map(({ order }, index) => this.answered(order, said[index])));
  }

  /** Without an answer the order stays `cancel_pending` and is asked about; what never left has changed nothing. */
  private async unanswered(order: Order, { policy, message }: Fault): Promise<void> {
    this.session.parts.ports.logger.warning('cancel_unanswered', { order: order.clientOrderId, reason: message });
    const now = this.now(order);
    if (policy.reached === 'no' && now.state === 'cancel_pending' && now.venueOrderId !== undefined) {
      await this.session.move(now, 'cancel_refused', { reason: '' });
    }
  }

  private async answered(order: Order, answer: CancelAnswer | undefined): Promise<void> {
    const now = this.now(order);
    if (answer?.outcome === 'cancelled') {
      await this.session.move(now, 'venue_cancelled', { reason: now.reason });
      return;
    }
    this.refusedAtMs.set(order.clientOrderId, this.session.parts.ports.clock.monotonicMs());
    // "Unknown order" may mean filled: only the venue's status of it, and its fills, can tell (5.6).
    await this.intake.query(now);
  }

  private now(order: Order): Order {
    return this.session.book.order(order.clientOrderId) ?? order;
  }
}
