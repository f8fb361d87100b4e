import {
  beginLossesCodec,
  configureTradingCodec,
  emptyCodec,
  killCodec,
  killReceiptCodec,
  orderAcceptedCodec,
  overridePositionsCodec,
  patterns,
  positionOverrideCodec,
  reenableStrategyCodec,
  resetCircuitBreakerCodec,
  restorePositionsCodec,
  resumeCodec,
  riskSummaryCodec,
  riskSummaryRequestCodec,
  serviceStatusCodec,
  serviceStatusRequestCodec,
  strategyLimitsCodec,
  subjects,
  submitOrderCodec,
  tradingStateCodec,
  tradingStateRequestCodec,
  tripCircuitBreakerCodec,
} from '@argosy/contracts';
import { ok } from '@argosy/domain';
import { requestRoute, type Route } from '@argosy/platform-port';
import type { RiskService } from './risk.service.js';
import type { TradingControl } from './trading-control.js';

/** Every subject risk answers, one row each. */
export const riskRoutes = (service: RiskService, control: TradingControl): readonly Route[] => [
  requestRoute({
    pattern: patterns.everySubmission,
    ask: submitOrderCodec,
    answer: orderAcceptedCodec,
    handle: (message, context) => service.submit(message, context),
  }),
  requestRoute({
    pattern: subjects.tradingStateQuery,
    ask: tradingStateRequestCodec,
    answer: tradingStateCodec,
    handle: () => control.current(),
  }),
  requestRoute({
    pattern: subjects.tradingConfigure,
    ask: configureTradingCodec,
    answer: tradingStateCodec,
    handle: (message) => control.configure(message),
  }),
  requestRoute({
    pattern: subjects.tradingKill('risk'),
    ask: killCodec,
    answer: killReceiptCodec,
    handle: (message) => control.kill(message),
  }),
  requestRoute({
    pattern: subjects.tradingResume('risk'),
    ask: resumeCodec,
    answer: killReceiptCodec,
    handle: (message) => control.resume(message),
  }),
  requestRoute({
    pattern: subjects.tradingTripBreaker,
    ask: tripCircuitBreakerCodec,
    answer: tradingStateCodec,
    handle: (message) => control.tripBreaker(message),
  }),
  requestRoute({
    pattern: subjects.tradingResetBreaker,
    ask: resetCircuitBreakerCodec,
    answer: tradingStateCodec,
    handle: (message) => control.resetBreaker(message),
  }),
  requestRoute({
    pattern: subjects.riskOverridePositions,
    ask: overridePositionsCodec,
    answer: positionOverrideCodec,
    handle: (message) => service.overridePositions(message),
  }),
  requestRoute({
    pattern: subjects.riskRestorePositions,
    ask: restorePositionsCodec,
    answer: positionOverrideCodec,
    handle: (message) => service.restorePositions(message),
  }),
  requestRoute({
    pattern: subjects.riskReenableStrategy,
    ask: reenableStrategyCodec,
    answer: emptyCodec,
    handle: (message) => service.reenableStrategy(message),
  }),
  requestRoute({
    pattern: subjects.riskBeginLosses,
    ask: beginLossesCodec,
    answer: emptyCodec,
    handle: (message) => service.beginLosses(message),
  }),
  requestRoute({
    pattern: subjects.riskSummary,
    ask: riskSummaryRequestCodec,
    answer: riskSummaryCodec,
    handle: () => ok(service.summary()),
  }),
  requestRoute({
    pattern: subjects.serviceStatus('risk'),
    ask: serviceStatusRequestCodec,
    answer: serviceStatusCodec,
    handle: () => ok(service.status()),
  }),
  requestRoute({
    pattern: subjects.riskStrategyLimits,
    ask: strategyLimitsCodec,
    answer: emptyCodec,
    handle: (message) => service.setStrategyLimits(message),
  }),
];
