import {
  accountEventsPageCodec,
  accountEventsRequestCodec,
  cancelAcceptedCodec,
  cancelAllAcceptedCodec,
  cancelAllOrdersCodec,
  cancelOrderCodec,
  exposurePageCodec,
  exposureRequestCodec,
  killCodec,
  killReceiptCodec,
  killReportCodec,
  killReportRequestCodec,
  orderAcceptedCodec,
  orderByIdCodec,
  ordersPageCodec,
  ordersRequestCodec,
  patterns,
  placeOrderCodec,
  resumeCodec,
  serviceStatusCodec,
  serviceStatusRequestCodec,
  subjects,
  tradingStateCodec,
} from '@argosy/contracts';
import { ok } from '@argosy/domain';
import { eventRoute, requestRoute, type Route } from '@argosy/platform-port';
import type { ExecutionService } from './execution.service.js';

/** Every subject execution listens to, one row each. */
export const executionRoutes = (service: ExecutionService): readonly Route[] => [
  requestRoute({
    pattern: patterns.everyPlacement,
    ask: placeOrderCodec,
    answer: orderAcceptedCodec,
    handle: (message, context) => service.place(message, context),
  }),
  requestRoute({
    pattern: patterns.everyCancel,
    ask: cancelOrderCodec,
    answer: cancelAcceptedCodec,
    handle: (message) => service.cancel(message),
  }),
  requestRoute({
    pattern: patterns.everyCancelAll,
    ask: cancelAllOrdersCodec,
    answer: cancelAllAcceptedCodec,
    handle: (message) => service.cancelAll(message),
  }),
  requestRoute({
    pattern: subjects.orderList,
    ask: ordersRequestCodec,
    answer: ordersPageCodec,
    handle: (message) => service.orders(message),
  }),
  requestRoute({
    pattern: subjects.orderGet,
    ask: orderByIdCodec,
    answer: cancelAcceptedCodec,
    handle: (message) => service.order(message),
  }),
  requestRoute({
    pattern: subjects.orderEvents,
    ask: accountEventsRequestCodec,
    answer: accountEventsPageCodec,
    handle: (message) => service.events(message),
  }),
  requestRoute({
    pattern: subjects.orderExposure,
    ask: exposureRequestCodec,
    answer: exposurePageCodec,
    handle: (message) => service.exposure(message),
  }),
  requestRoute({
    pattern: subjects.tradingKill('execution'),
    ask: killCodec,
    answer: killReceiptCodec,
    handle: (message) => service.kill(message),
  }),
  requestRoute({
    pattern: subjects.tradingKillReport,
    ask: killReportRequestCodec,
    answer: killReportCodec,
    handle: (message) => service.killReport(message),
  }),
  requestRoute({
    pattern: subjects.tradingResume('execution'),
    ask: resumeCodec,
    answer: killReceiptCodec,
    handle: (message) => service.resume(message),
  }),
  requestRoute({
    pattern: subjects.serviceStatus('execution'),
    ask: serviceStatusRequestCodec,
    answer: serviceStatusCodec,
    handle: () => ok(service.status()),
  }),
  eventRoute({
    pattern: subjects.tradingState,
    codec: tradingStateCodec,
    queueLimit: 64,
    handle: (state) => {
      service.tradingStated(state);
    },
  }),
];
