import {
  cancelAcceptedCodec,
  cancelAllAcceptedCodec,
  type CancelAllOrders,
  cancelAllOrdersCodec,
  cancelOrderCodec,
  killCodec,
  type KillReceipt,
  killReceiptCodec,
  type KillReport,
  killReportCodec,
  killReportRequestCodec,
  orderByIdCodec,
  ordersPageCodec,
  type OrdersRequest,
  ordersRequestCodec,
  patterns,
  resumeCodec,
  subjects,
} from '@argosy/contracts';
import { type Clock, ok, type Order, type Refusal, refusal, refused, type Result } from '@argosy/domain';
import { anOrder } from '@argosy/testing';
import { type Answers, receiptOf } from './fake-answers.js';

const ORDERS: readonly Order[] = [
  anOrder({ clientOrderId: '00010001000000010000000000000001' as never, state: 'working' }),
  anOrder({ clientOrderId: '00010001000000010000000000000002' as never, state: 'filled' }),
  anOrder({ clientOrderId: '00010001000000010000000000000003' as never, state: 'cancelled' }),
];

/** As much of execution as the gateway can see: three orders, and a kill. */
export class FakeExecution {
  private killed: KillReceipt | undefined;

  constructor(
    private readonly answers: Answers,
    private readonly clock: Clock,
  ) {
    this.serveOrders();
    this.serveKill();
  }

  private serveOrders(): void {
    this.answers('execution', subjects.orderList, ordersRequestCodec, ordersPageCodec, (request: OrdersRequest) =>
      ok(
        ORDERS.filter(({ state }) => request.status === '' || (state === 'working') === (request.status === 'open'))
          .filter(({ venue }) => request.venue === '' || venue === request.venue)
          .filter(({ instrumentId }) => request.instrumentId === '' || instrumentId === request.instrumentId)
          .slice(0, request.limit),
      ),
    );
    this.answers('execution', subjects.orderGet, orderByIdCodec, cancelAcceptedCodec, ({ clientOrderId }) =>
      this.found(clientOrderId),
    );
    this.answers('execution', patterns.everyCancel, cancelOrderCodec, cancelAcceptedCodec, ({ clientOrderId }) => {
      const found = this.found(clientOrderId);
      if (!found.ok) return found;
      if (found.value.state !== 'working')
        return refused(refusal('order_final', { order: clientOrderId, state: found.value.state }));
      return ok({ ...found.value, state: 'cancel_pending' });
    });
    this.answers(
      'execution',
      patterns.everyCancelAll,
      cancelAllOrdersCodec,
      cancelAllAcceptedCodec,
      (_request: CancelAllOrders) => ok({ clientOrderIds: [ORDERS[0]?.clientOrderId ?? ''] }),
    );
  }

  private serveKill(): void {
    this.answers('execution', subjects.tradingKill('execution'), killCodec, killReceiptCodec, ({ killId }) => {
      this.killed = receiptOf('execution', killId, this.clock.now(), [ORDERS[0]?.clientOrderId ?? '']);
      return ok(this.killed);
    });
    this.answers('execution', subjects.tradingKillReport, killReportRequestCodec, killReportCodec, () =>
      this.killReport(),
    );
    this.answers('execution', subjects.tradingResume('execution'), resumeCodec, killReceiptCodec, () =>
      ok(receiptOf('execution', '', this.clock.now())),
    );
  }

  private killReport(): Result<KillReport, Refusal> {
    const { killed } = this;
    if (killed === undefined) return refused(refusal('invalid_request', { field: 'kill_id', why: 'no such kill' }));
    const after = (ms: number): bigint => killed.gateShutNs + BigInt(ms) * 1_000_000n;
    return ok({
      killId: killed.killId,
      actor: 'local-demo',
      reason: 'drill',
      requestedNs: killed.gateShutNs,
      gateShutNs: killed.gateShutNs,
      firstCancelNs: after(2),
      allCancelledNs: after(150),
      secondSweepNs: 0n,
      orders: ORDERS.map(({ clientOrderId, accountId, state, filledQuantity }) => ({
        clientOrderId,
        accountId,
        outcome: state === 'filled' ? 'filled' : state === 'cancelled' ? 'cancelled' : 'could_not_cancel',
        filledQuantity,
        reason: state === 'working' ? 'the venue is busy' : '',
      })),
      parties: [
        { service: 'execution', accountIds: ['main'], epoch: 2, confirmed: true, unreachable: false, atNs: after(1) },
        { service: 'execution', accountIds: ['main'], epoch: 1, confirmed: false, unreachable: true, atNs: 0n },
      ],
      complete: false,
    });
  }

  private found(id: string): Result<Order, Refusal> {
    const order = ORDERS.find(({ clientOrderId }) => clientOrderId === id);
    return order === undefined ? refused(refusal('order_unknown', { order: id })) : ok(order);
  }
}
