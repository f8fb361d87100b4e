import {
  accountEventsPageCodec,
  accountEventsRequestCodec,
  balancesPageCodec,
  balancesRequestCodec,
  cancelAllAcceptedCodec,
  cancelAllOrdersCodec,
  configureTradingCodec,
  integrityReportCodec,
  integrityRequestCodec,
  ordersPageCodec,
  ordersRequestCodec,
  pnlPageCodec,
  pnlRequestCodec,
  positionsPageCodec,
  positionsRequestCodec,
  strategiesPageCodec,
  strategiesRequestCodec,
  subjects,
  tradingStateCodec,
  tradingStateRequestCodec,
  type AccountBalance,
  type AccountEventsPage,
  type IntegrityReport,
  type PnlRow,
  type Position,
  type StrategyView,
  type TradingState,
} from '@argosy/contracts';
import { type Codec, describeRefusal, type Order, type Refusal, type Result } from '@argosy/domain';
import type { MessageBus } from '@argosy/platform-port';
import { CommandError, EXIT } from '../exit-codes.js';

const ANSWER_WITHIN_MS = 5_000;
/** A proof reads every posting. */
const PROOF_WITHIN_MS = 120_000;
const PAGE = 1_000;

/** What the supervisor asks the services themselves, in the gateway's name: the proof must not hang on the gateway. */
export class FleetBus {
  constructor(private readonly bus: MessageBus) {}

  openOrders(): Promise<readonly Order[]> {
    const ask = { status: 'open', accountId: '', venue: '', strategyId: '', instrumentId: '', limit: PAGE };
    return this.#ask(subjects.orderList, ordersRequestCodec, ordersPageCodec, ask);
  }

  /** Facts of one account from a sequence on. */
  events(accountId: string, fromSequence: bigint, limit = PAGE): Promise<AccountEventsPage> {
    return this.#ask(subjects.orderEvents, accountEventsRequestCodec, accountEventsPageCodec, {
      accountId,
      fromSequence,
      limit,
    });
  }

  async positions(): Promise<readonly Position[]> {
    return (await this.#ask(subjects.ledgerPositions, positionsRequestCodec, positionsPageCodec, { accountId: '' }))
      .positions;
  }

  async balances(): Promise<readonly AccountBalance[]> {
    return (await this.#ask(subjects.ledgerBalances, balancesRequestCodec, balancesPageCodec, {})).balances;
  }

  async pnl(): Promise<readonly PnlRow[]> {
    return (
      await this.#ask(subjects.ledgerPnl, pnlRequestCodec, pnlPageCodec, { groupBy: 'total', fromDay: '', toDay: '' })
    ).rows;
  }

  integrity(): Promise<IntegrityReport> {
    return this.#ask(subjects.ledgerIntegrity, integrityRequestCodec, integrityReportCodec, {}, PROOF_WITHIN_MS);
  }

  tradingState(): Promise<TradingState> {
    return this.#ask(subjects.tradingStateQuery, tradingStateRequestCodec, tradingStateCodec, {});
  }

  async strategies(): Promise<readonly StrategyView[]> {
    return (await this.#ask(subjects.strategyList, strategiesRequestCodec, strategiesPageCodec, {})).strategies;
  }

  /** The last resort of a stopping fleet whose gateway does not answer: both only ever lower risk. */
  async disableTrading(actor: string, reason: string): Promise<void> {
    await this.#ask(subjects.tradingConfigure, configureTradingCodec, tradingStateCodec, {
      tradingEnabled: false,
      actor,
      reason,
    });
  }

  async cancelAll(accountId: string, reason: string): Promise<number> {
    const ask = { accountId, strategyId: '', instrumentId: '', reason };
    return (await this.#ask(subjects.orderCancelAll(accountId), cancelAllOrdersCodec, cancelAllAcceptedCodec, ask))
      .clientOrderIds.length;
  }

  async #ask<Q, R>(
    subject: string,
    ask: Codec<Q>,
    answer: Codec<R>,
    message: Q,
    timeoutMs = ANSWER_WITHIN_MS,
  ): Promise<R> {
    const result: Result<R, Refusal> = await this.bus.request(subject, ask, answer, message, { timeoutMs });
    if (result.ok) return result.value;
    throw new CommandError(
      EXIT.refused,
      `${subject}: ${describeRefusal(result.refusal)}`,
      undefined,
      result.refusal.code,
    );
  }
}
