import {
  type BeginLosses,
  beginLossesCodec,
  configureTradingCodec,
  emptyCodec,
  type OverridePositions,
  overridePositionsCodec,
  type PositionOverride,
  positionOverrideCodec,
  type ReenableStrategy,
  reenableStrategyCodec,
  type ResetCircuitBreaker,
  resetCircuitBreakerCodec,
  type RestorePositions,
  restorePositionsCodec,
  type RiskSummary,
  riskSummaryCodec,
  riskSummaryRequestCodec,
  subjects,
  type TradingState,
  tradingStateCodec,
  tradingStateRequestCodec,
  type TripCircuitBreaker,
  tripCircuitBreakerCodec,
} from '@argosy/contracts';
import type { Answer } from '../no.js';
import { STATUS_MS_MAX, COMMAND_MS_MAX, KILL_MS_MAX, type FleetAsker } from './fleet-asker.js';

/** The trading state, what steers it, and the risk in figures. */
export class RiskClient {
  constructor(private readonly asker: FleetAsker) {}

  tradingState = (): Promise<Answer<TradingState>> =>
    this.asker.query({
      to: 'risk',
      subject: subjects.tradingStateQuery,
      ask: tradingStateRequestCodec,
      answer: tradingStateCodec,
      message: {},
      timeoutMs: STATUS_MS_MAX,
    });
  riskSummary = (): Promise<Answer<RiskSummary>> =>
    this.asker.query({
      to: 'risk',
      subject: subjects.riskSummary,
      ask: riskSummaryRequestCodec,
      answer: riskSummaryCodec,
      message: {},
    });
  /** @param isUrgent for what only lowers risk: whoever switches off wants to know at once whether it held */
  configureTrading = (
    message: Parameters<typeof configureTradingCodec.encode>[0],
    isUrgent: boolean,
  ): Promise<Answer<TradingState>> =>
    this.asker.command({
      to: 'risk',
      subject: subjects.tradingConfigure,
      ask: configureTradingCodec,
      answer: tradingStateCodec,
      message,
      timeoutMs: isUrgent ? KILL_MS_MAX : COMMAND_MS_MAX,
    });
  /** What only lowers risk is answered as soon as a kill is. */
  tripBreaker = (message: TripCircuitBreaker): Promise<Answer<TradingState>> =>
    this.asker.command({
      to: 'risk',
      subject: subjects.tradingTripBreaker,
      ask: tripCircuitBreakerCodec,
      answer: tradingStateCodec,
      message,
      timeoutMs: KILL_MS_MAX,
    });
  resetBreaker = (message: ResetCircuitBreaker): Promise<Answer<TradingState>> =>
    this.asker.command({
      to: 'risk',
      subject: subjects.tradingResetBreaker,
      ask: resetCircuitBreakerCodec,
      answer: tradingStateCodec,
      message,
    });
  overridePositions = (message: OverridePositions): Promise<Answer<PositionOverride>> =>
    this.asker.command({
      to: 'risk',
      subject: subjects.riskOverridePositions,
      ask: overridePositionsCodec,
      answer: positionOverrideCodec,
      message,
      timeoutMs: KILL_MS_MAX,
    });
  restorePositions = (message: RestorePositions): Promise<Answer<PositionOverride>> =>
    this.asker.command({
      to: 'risk',
      subject: subjects.riskRestorePositions,
      ask: restorePositionsCodec,
      answer: positionOverrideCodec,
      message,
    });
  reenableStrategy = (message: ReenableStrategy): Promise<Answer<unknown>> =>
    this.asker.command({
      to: 'risk',
      subject: subjects.riskReenableStrategy,
      ask: reenableStrategyCodec,
      answer: emptyCodec,
      message,
    });
  beginLosses = (message: BeginLosses): Promise<Answer<unknown>> =>
    this.asker.command({
      to: 'risk',
      subject: subjects.riskBeginLosses,
      ask: beginLossesCodec,
      answer: emptyCodec,
      message,
    });
}
