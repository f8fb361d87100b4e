import {
  beginLossesCodec,
  configureTradingCodec,
  emptyCodec,
  killCodec,
  killReceiptCodec,
  overridePositionsCodec,
  type PositionOverride,
  positionOverrideCodec,
  reenableStrategyCodec,
  resetCircuitBreakerCodec,
  restorePositionsCodec,
  resumeCodec,
  riskSummaryCodec,
  riskSummaryRequestCodec,
  subjects,
  type TradingState,
  tradingStateCodec,
  tradingStateRequestCodec,
  tripCircuitBreakerCodec,
} from '@argosy/contracts';
import {
  type Clock,
  FULL_MODE,
  type ModeStatement,
  ok,
  type Refusal,
  refusal,
  refused,
  type Result,
} from '@argosy/domain';
import { A_MOMENT } from '@argosy/testing';
import { type Answers, receiptOf } from './fake-answers.js';

/** As much of risk as the gateway can see. */
export class FakeRisk {
  trading: TradingState;

  constructor(
    private readonly answers: Answers,
    private readonly clock: Clock,
  ) {
    this.trading = {
      version: 1n,
      tradingEnabled: false,
      newSignalsEnabled: true,
      mode: FULL_MODE,
      accounts: new Map(),
      statedAt: clock.now(),
      riskEpoch: 1,
    };
    this.serveTrading();
    this.serveControl();
    this.serveSummary();
  }

  private serveTrading(): void {
    const change = (next: Partial<TradingState>): Result<TradingState, Refusal> => {
      this.trading = { ...this.trading, ...next, version: this.trading.version + 1n };
      return ok(this.trading);
    };
    this.answers('risk', subjects.tradingStateQuery, tradingStateRequestCodec, tradingStateCodec, () =>
      ok({ ...this.trading, statedAt: this.clock.now() }),
    );
    this.answers(
      'risk',
      subjects.tradingConfigure,
      configureTradingCodec,
      tradingStateCodec,
      ({ tradingEnabled, newSignalsEnabled }) => {
        const { kill } = this.trading;
        if (kill !== undefined && tradingEnabled === true)
          return refused(refusal('kill_switch_active', { killed_by: kill.actor }));
        return change({
          ...(tradingEnabled === undefined ? {} : { tradingEnabled }),
          ...(newSignalsEnabled === undefined ? {} : { newSignalsEnabled }),
        });
      },
    );
    this.answers('risk', subjects.tradingKill('risk'), killCodec, killReceiptCodec, ({ actor, reason, killId }) => {
      change({ tradingEnabled: false, kill: { actor, reason, killId, at: this.clock.now() } });
      return ok(receiptOf('risk', killId, this.clock.now()));
    });
    this.answers('risk', subjects.tradingResume('risk'), resumeCodec, killReceiptCodec, () => {
      const { kill: _lifted, ...rest } = this.trading;
      this.trading = { ...rest, version: rest.version + 1n };
      return ok(receiptOf('risk', '', this.clock.now()));
    });
  }

  private serveControl(): void {
    const override: PositionOverride = {
      strategyId: '',
      sizeFactor: '1',
      maxPositionPct: '',
      actor: 'ann',
      reason: 'drill',
      sinceNs: A_MOMENT,
      stepsLeft: 0,
      nextStepNs: 0n,
    };
    const tripped = { component: 'circuit_breaker', health: 'tripped', mode: 'reduce_only', reason: 'drill' } as const;
    const set = (mode: ModeStatement): Result<TradingState, Refusal> => {
      this.trading = { ...this.trading, mode };
      return ok(this.trading);
    };
    this.answers('risk', subjects.tradingTripBreaker, tripCircuitBreakerCodec, tradingStateCodec, () =>
      set({ mode: 'reduce_only', causes: [tripped] }),
    );
    this.answers('risk', subjects.tradingResetBreaker, resetCircuitBreakerCodec, tradingStateCodec, () =>
      set(FULL_MODE),
    );
    this.answers('risk', subjects.riskOverridePositions, overridePositionsCodec, positionOverrideCodec, (asked) =>
      ok({
        ...override,
        strategyId: asked.strategyId,
        sizeFactor: asked.sizeFactor,
        maxPositionPct: asked.maxPositionPct,
      }),
    );
    this.answers('risk', subjects.riskRestorePositions, restorePositionsCodec, positionOverrideCodec, ({ steps }) =>
      ok({ ...override, sizeFactor: '0.325', stepsLeft: steps - 1, nextStepNs: A_MOMENT }),
    );
    this.answers('risk', subjects.riskReenableStrategy, reenableStrategyCodec, emptyCodec, () => ok({}));
    this.answers('risk', subjects.riskBeginLosses, beginLossesCodec, emptyCodec, () => ok({}));
  }

  private serveSummary(): void {
    this.answers('risk', subjects.riskSummary, riskSummaryRequestCodec, riskSummaryCodec, () =>
      ok({
        limits: [{ name: 'max_order_value_usd', scope: 'fleet', limit: '10000', used: '' }],
        equityUsd: '',
        grossExposureUsd: '6000',
        netExposureUsd: '-6000',
        leverage: '',
        marginRatio: '',
        violations: { price_outside_collar: 2n },
        openOrders: 1,
        inDoubtOrders: 0,
        drawdown: '',
        valueAtRiskUsd: '',
        accounts: [],
        stuckOrders: [],
        stuckPositions: [],
        overrides: [],
        stoppedStrategies: [],
        mode: 'full',
        causes: [],
        circuitBreakerTripped: false,
      }),
    );
  }
}
