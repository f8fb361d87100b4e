import {
  cancelAcceptedCodec,
  cancelAllAcceptedCodec,
  cancelAllOrdersCodec,
  cancelOrderCodec,
  type KillReport,
  killReportCodec,
  killReportRequestCodec,
  orderByIdCodec,
  ordersPageCodec,
  type OrdersRequest,
  ordersRequestCodec,
  subjects,
} from '@argosy/contracts';
import type { Order } from '@argosy/domain';
import type { Answer } from '../no.js';
import { STATUS_MS_MAX, type FleetAsker } from './fleet-asker.js';

/** Orders, and the account of a kill. */
export class ExecutionClient {
  constructor(private readonly asker: FleetAsker) {}

  orders = (message: OrdersRequest): Promise<Answer<readonly Order[]>> =>
    this.asker.query({
      to: 'execution',
      subject: subjects.orderList,
      ask: ordersRequestCodec,
      answer: ordersPageCodec,
      message,
    });
  order = (clientOrderId: string): Promise<Answer<Order>> =>
    this.asker.query({
      to: 'execution',
      subject: subjects.orderGet,
      ask: orderByIdCodec,
      answer: cancelAcceptedCodec,
      message: { clientOrderId },
    });
  cancelOrder = (order: Order, reason: string): Promise<Answer<Order>> =>
    this.asker.command({
      to: 'execution',
      subject: subjects.orderCancel(order.venue, order.accountId),
      ask: cancelOrderCodec,
      answer: cancelAcceptedCodec,
      message: { clientOrderId: order.clientOrderId, venue: order.venue, accountId: order.accountId, reason },
    });
  /** Empty filters mean any. */
  cancelAll = (
    filter: { readonly accountId: string; readonly strategyId: string; readonly instrumentId: string },
    reason: string,
  ): Promise<Answer<{ readonly clientOrderIds: readonly string[] }>> =>
    this.asker.command({
      to: 'execution',
      subject: subjects.orderCancelAll(filter.accountId === '' ? 'all' : filter.accountId),
      ask: cancelAllOrdersCodec,
      answer: cancelAllAcceptedCodec,
      message: { ...filter, reason },
    });
  /** @param killId empty for the latest */
  killReport = (killId: string): Promise<Answer<KillReport>> =>
    this.asker.query({
      to: 'execution',
      subject: subjects.tradingKillReport,
      ask: killReportRequestCodec,
      answer: killReportCodec,
      message: { killId },
      timeoutMs: STATUS_MS_MAX,
    });
}
