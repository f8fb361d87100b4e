import {
  cancelAcceptedCodec,
  cancelOrderCodec,
  orderAcceptedCodec,
  type OrderSubmission,
  submitOrderCodec,
  subjects,
} from '@argosy/contracts';
import {
  type ClientOrderId,
  Fault,
  type Order,
  type OrderRequestId,
  type Refusal,
  refusal,
  type Result,
  type StrategyId,
  type Price,
  type TimeNs,
} from '@argosy/domain';
import type { Logger, MessageBus, TraceContext } from '@argosy/platform-port';
import type { StrategyAction } from '@argosy/strategy-api';
import type { TradingAccount } from './host-settings.js';

type Submit = Extract<StrategyAction, { kind: 'submit' }>;

/** Where an action comes from: part of the order's trace and of its provenance. */
export interface Cause {
  readonly trace: TraceContext | undefined;
  readonly tickReceivedAt: TimeNs | undefined;
  /** Mid of the book as the strategy last saw it: what slippage is measured against. */
  readonly arrivalMid: Price | undefined;
  readonly instrumentVersion: number;
}

/** Who sends: told with every order. */
export interface Sender {
  readonly strategyId: StrategyId;
  readonly account: TradingAccount;
  readonly strategyVersion: string;
}

/** What became of a submission. */
export type SubmitOutcome =
  | { readonly kind: 'accepted'; readonly clientOrderId: ClientOrderId }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'unanswered' };

const NO_ANSWER: SubmitOutcome = { kind: 'unanswered' };

/** Sends one strategy's orders and cancels, and says what became of each: yes, no, or nobody knows. */
export class OrderDesk {
  /** Requests without an answer yet. */
  outstanding = 0;
  /** Submissions among them, each with the way to ask it once more. */
  private readonly waiting = new Map<OrderRequestId, () => void>();

  constructor(
    private readonly sender: Sender,
    private readonly bus: MessageBus,
    private readonly logger: Logger,
    private readonly timeoutMs: number,
  ) {}

  /**
   * Somebody else decides now, and what the last one has not answered it may never answer. The ids stay, so whatever was
   * placed already is not placed twice.
   */
  askAgain(): void {
    for (const ask of this.waiting.values()) ask();
  }

  async submit(action: Submit, cause: Cause, configVersion: string): Promise<SubmitOutcome> {
    const { strategyId, account } = this.sender;
    const submission: OrderSubmission = {
      orderRequestId: action.orderRequestId,
      strategyId,
      accountId: account.accountId,
      venue: account.venue,
      instrumentId: action.instrumentId,
      side: action.side,
      quantity: action.quantity,
      limitPrice: action.limitPrice,
      timeInForce: action.timeInForce,
      reduceOnly: action.reduceOnly,
      provenance: {
        strategyVersion: this.sender.strategyVersion,
        configVersion,
        modelVersion: '',
        instrumentVersion: cause.instrumentVersion,
      },
      ...(cause.tickReceivedAt === undefined ? {} : { tickReceivedAt: cause.tickReceivedAt }),
      ...(cause.arrivalMid === undefined ? {} : { arrivalMid: cause.arrivalMid }),
    };
    return this.answered(action.orderRequestId, async () => {
      const answer = await this.bus.request(
        subjects.orderSubmit(account.venue, account.accountId, strategyId),
        submitOrderCodec,
        orderAcceptedCodec,
        submission,
        { timeoutMs: this.timeoutMs, trace: cause.trace },
      );
      if (!answer.ok) return { kind: 'refused', refusal: answer.refusal };
      return { kind: 'accepted', clientOrderId: answer.value.clientOrderId as ClientOrderId };
    });
  }

  /** The first yes counts; a no only when everybody asked has said no, and what one of them may have done is doubt. */
  private async answered(request: OrderRequestId, ask: () => Promise<SubmitOutcome>): Promise<SubmitOutcome> {
    const { promise, resolve, reject } = Promise.withResolvers<SubmitOutcome>();
    const outcomes: SubmitOutcome[] = [];
    let asked = 0;
    const once = (): void => {
      asked += 1;
      this.outcomeOf(request, ask).then((outcome) => {
        outcomes.push(outcome);
        if (outcome.kind === 'accepted') resolve(outcome);
        else if (outcomes.length === asked) resolve(outcomes.find(({ kind }) => kind === 'unanswered') ?? outcome);
      }, reject);
    };
    this.outstanding += 1;
    this.waiting.set(request, once);
    once();
    try {
      return await promise;
    } finally {
      this.outstanding -= 1;
      this.waiting.delete(request);
    }
  }

  private async outcomeOf(request: OrderRequestId, ask: () => Promise<SubmitOutcome>): Promise<SubmitOutcome> {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      this.logger.warning('order_unanswered', { request, code: error.code, reason: error.message });
      // Only a fault that proves that nobody has it is a no; all else is doubt.
      if (error.policy.reached === 'maybe') return NO_ANSWER;
      return { kind: 'refused', refusal: refusal('service_degraded', { code: error.code, why: error.message }) };
    }
  }

  /** Idempotent at execution, so one that is not answered may be asked again. Undefined when nobody answered. */
  async cancel(
    clientOrderId: ClientOrderId,
    reason: string,
    trace?: TraceContext,
  ): Promise<Result<Order, Refusal> | undefined> {
    const { account, strategyId } = this.sender;
    this.outstanding += 1;
    try {
      return await this.bus.request(
        subjects.orderCancel(account.venue, account.accountId),
        cancelOrderCodec,
        cancelAcceptedCodec,
        { clientOrderId, venue: account.venue, accountId: account.accountId, reason: `${strategyId}: ${reason}` },
        { timeoutMs: this.timeoutMs, trace },
      );
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      this.logger.warning('cancel_unanswered', { order: clientOrderId, code: error.code, reason: error.message });
      return undefined;
    } finally {
      this.outstanding -= 1;
    }
  }
}
