import {
  approvalText,
  cancelAcceptedCodec,
  cancelAllAcceptedCodec,
  cancelAllOrdersCodec,
  cancelOrderCodec,
  killCodec,
  type KillReceipt,
  killReceiptCodec,
  type KillReport,
  killReportCodec,
  killReportRequestCodec,
  orderAcceptedCodec,
  type PlaceOrderMessage,
  placeOrderCodec,
  resumeCodec,
  subjects,
  tradingStateCodec,
} from '@argosy/contracts';
import {
  Fault,
  FULL_MODE,
  type OrderIntent,
  orderRequestId,
  parsePrice,
  parseQuantity,
  type Refusal,
  strategyId,
  timeNs,
} from '@argosy/domain';
import type { NatsMessageBus } from '@argosy/platform-messaging';
import { HmacSha256 } from '@argosy/platform-runtime';
import { ACCOUNT, APPROVAL_KEY, INSTRUMENT } from './bench-account.js';

const STATE_INTERVAL_MS = 500;
const APPROVED_FOR_MS = 5_000;
const KILL_TIMEOUT_MS = 2_000;
const SIZE = '0.001';

/** `unanswered`: nobody took it, or nobody said so; the same request may be asked again. */
export type Asked =
  | { readonly outcome: 'accepted'; readonly clientOrderId: string }
  | { readonly outcome: 'refused'; readonly refusal: Refusal }
  | { readonly outcome: 'unanswered' };

export interface Wish {
  readonly request: string;
  readonly strategy: string;
  /** Whole. */
  readonly price: number;
}

const nowNs = (): bigint => BigInt(Date.now()) * 1_000_000n;

/** What risk says to execution, without risk: trading is on, and every order is approved. */
export class RiskVoice {
  private readonly hmac = new HmacSha256(APPROVAL_KEY);
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly bus: NatsMessageBus) {}

  start(): void {
    this.state();
    this.timer = setInterval(() => this.state(), STATE_INTERVAL_MS);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  async place({ request, strategy, price }: Wish, timeoutMs: number): Promise<Asked> {
    const intent: OrderIntent = {
      orderRequestId: orderRequestId(request),
      strategyId: strategyId(strategy),
      accountId: ACCOUNT,
      venue: 'hyperliquid',
      instrumentId: INSTRUMENT,
      side: 'buy',
      quantity: parseQuantity(SIZE),
      limitPrice: parsePrice(String(price)),
      timeInForce: 'post_only',
      reduceOnly: false,
      accountKind: 'live',
      provenance: { strategyVersion: '1.0.0', configVersion: '1', modelVersion: '', instrumentVersion: 1 },
      riskEpoch: 1,
      approvalExpiresAt: timeNs(nowNs() + BigInt(APPROVED_FOR_MS) * 1_000_000n),
    };
    // The harness is risk here; execution checks the proof and not the brand.
    const message = { intent: intent as PlaceOrderMessage['intent'], mac: this.hmac.sign(approvalText(intent)) };
    const subject = subjects.orderPlace('hyperliquid', ACCOUNT, strategy);
    const answer = await this.asked(() =>
      this.bus.request(subject, placeOrderCodec, orderAcceptedCodec, message, { timeoutMs }),
    );
    if (answer === undefined) return { outcome: 'unanswered' };
    if (!answer.ok) return { outcome: 'refused', refusal: answer.refusal };
    return { outcome: 'accepted', clientOrderId: answer.value.clientOrderId };
  }

  /** True when the cancel was taken on. */
  async cancel(clientOrderId: string, timeoutMs: number): Promise<boolean> {
    const message = { clientOrderId, venue: 'hyperliquid', accountId: ACCOUNT, reason: 'failover trial' };
    const subject = subjects.orderCancel('hyperliquid', ACCOUNT);
    const answer = await this.asked(() =>
      this.bus.request(subject, cancelOrderCodec, cancelAcceptedCodec, message, { timeoutMs }),
    );
    return answer?.ok === true;
  }

  async cancelAll(strategy: string, timeoutMs: number): Promise<boolean> {
    const message = { accountId: ACCOUNT, strategyId: strategy, instrumentId: '', reason: 'failover trial' };
    const answer = await this.asked(() =>
      this.bus.request(subjects.orderCancelAll(ACCOUNT), cancelAllOrdersCodec, cancelAllAcceptedCodec, message, {
        timeoutMs,
      }),
    );
    return answer?.ok === true;
  }

  /** @throws Error when nobody confirms. */
  async kill(killId: string): Promise<KillReceipt> {
    const message = { actor: 'harness', reason: 'kill trial', killId };
    const subject = subjects.tradingKill('execution');
    const answer = await this.asked(() =>
      this.bus.request(subject, killCodec, killReceiptCodec, message, { timeoutMs: KILL_TIMEOUT_MS }),
    );
    if (answer?.ok !== true) throw new Error(`kill ${killId} was not confirmed: ${JSON.stringify(answer)}`);
    return answer.value;
  }

  async killReport(killId: string): Promise<KillReport | undefined> {
    const answer = await this.asked(() =>
      this.bus.request(
        subjects.tradingKillReport,
        killReportRequestCodec,
        killReportCodec,
        { killId },
        {
          timeoutMs: KILL_TIMEOUT_MS,
        },
      ),
    );
    return answer?.ok === true ? answer.value : undefined;
  }

  /** True when trading may go on. */
  async resume(): Promise<boolean> {
    const message = { actor: 'harness', reason: 'next trial' };
    const answer = await this.asked(() =>
      this.bus.request(subjects.tradingResume('execution'), resumeCodec, killReceiptCodec, message, {
        timeoutMs: KILL_TIMEOUT_MS,
      }),
    );
    return answer?.ok === true;
  }

  /** Undefined when nobody answered. */
  private async asked<T>(ask: () => Promise<T>): Promise<T | undefined> {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      return undefined;
    }
  }

  private state(): void {
    const state = {
      version: 1n,
      tradingEnabled: true,
      newSignalsEnabled: true,
      mode: FULL_MODE,
      accounts: new Map(),
      statedAt: timeNs(nowNs()),
      riskEpoch: 1,
    };
    try {
      this.bus.publish(subjects.tradingState, tradingStateCodec, state);
    } catch (error) {
      // While NATS is down nobody is told, which is what execution has to survive.
      if (!(error instanceof Fault)) throw error;
    }
  }
}
