import {
  type ClientOrderId,
  isFinal,
  type Order,
  type OrderRequestId,
  type Price,
  type Side,
  type TimeNs,
} from '@argosy/domain';
import type { StrategyAction } from '@argosy/strategy-api';

const MS = 1_000_000n;
/** After a refusal or a rejection this side rests, so that a limit is not run against book after book. */
const REFUSAL_REST_MS = 1_000n;
/**
 * A request without any answer blocks its side for so long. Longer than a lease: by then whoever held the request has acted
 * on it or no longer may. An order of it that is told of later still is a stray, and goes.
 */
const SILENCE_REST_MS = 2_000n;
/** A cancel that has had no effect for so long is asked for again: the first may have been lost. */
const CANCEL_REPEAT_MS = 2_000n;

/** One side's quote: at most one order asked for or resting at a time. */
export class RestingQuote {
  private request: OrderRequestId | undefined;
  private order: Order | undefined;
  private placedAt = 0n as TimeNs;
  private restUntil = 0n as TimeNs;
  private cancelAskedAt: TimeNs | undefined;

  constructor(readonly side: Side) {}

  /** Price of what may rest at the venue now. */
  get price(): Price | undefined {
    return this.order?.limitPrice;
  }

  get isEmpty(): boolean {
    return this.request === undefined && this.order === undefined;
  }

  isMine(order: Order): boolean {
    return this.request === order.orderRequestId;
  }

  mayAsk(at: TimeNs): boolean {
    return this.isEmpty && at >= this.restUntil;
  }

  isYoung(at: TimeNs, intervalMs: number): boolean {
    return at < this.placedAt + BigInt(intervalMs) * MS;
  }

  asked(request: OrderRequestId, at: TimeNs): void {
    this.request = request;
    this.placedAt = at;
  }

  /** No answer, or a no: the side is free again after a rest. */
  refused(request: OrderRequestId, at: TimeNs, isSilence: boolean): void {
    if (this.request !== request || this.order !== undefined) return;
    this.request = undefined;
    this.restUntil = (at + (isSilence ? SILENCE_REST_MS : REFUSAL_REST_MS) * MS) as TimeNs;
  }

  saw(order: Order, at: TimeNs): void {
    if (isFinal(order.state)) {
      this.request = undefined;
      this.order = undefined;
      this.cancelAskedAt = undefined;
      if (order.state === 'rejected') this.restUntil = (at + REFUSAL_REST_MS * MS) as TimeNs;
      return;
    }
    // A cancel that the venue refused leaves the order working: it may be asked for again.
    if (order.state === 'working' && this.order?.state === 'cancel_pending') this.cancelAskedAt = undefined;
    this.order = order;
  }

  cancel(signal: string, at: TimeNs): readonly StrategyAction[] {
    if (this.order === undefined || this.wasJustAsked(at)) return [];
    this.cancelAskedAt = at;
    return [cancelOf(this.order.clientOrderId, signal)];
  }

  /** Asks once more for a cancel that has had no effect. */
  insist(at: TimeNs): readonly StrategyAction[] {
    return this.cancelAskedAt === undefined ? [] : this.cancel('cancel again', at);
  }

  private wasJustAsked(at: TimeNs): boolean {
    return this.cancelAskedAt !== undefined && at < this.cancelAskedAt + CANCEL_REPEAT_MS * MS;
  }
}

export const cancelOf = (clientOrderId: ClientOrderId, signal: string): StrategyAction => ({
  kind: 'cancel',
  clientOrderId,
  signal,
});
