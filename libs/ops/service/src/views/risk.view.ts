import type { PositionOverride, RiskSummary, TradingState } from '@argosy/contracts';
import { isoTime } from '@argosy/domain';
import { count, orNull, symbolOf, timeOrNull } from './text.js';

export const overrideView = (override: PositionOverride) => ({
  strategy_id: orNull(override.strategyId),
  size_factor: override.sizeFactor,
  max_position_pct: orNull(override.maxPositionPct),
  by: override.actor,
  reason: override.reason,
  since: timeOrNull(override.sinceNs),
  steps_left: override.stepsLeft,
  next_step_at: timeOrNull(override.nextStepNs),
});

/** Orders and positions that have been there for longer than the limit (RK-7). */
export const stuckView = ({ stuckOrders, stuckPositions }: RiskSummary) => ({
  orders: stuckOrders.map(({ clientOrderId, accountId, strategyId, instrumentId, state, sinceNs }) => ({
    order_id: clientOrderId,
    account: accountId,
    strategy_id: orNull(strategyId),
    symbol: symbolOf(instrumentId),
    instrument_id: instrumentId,
    state,
    since: timeOrNull(sinceNs),
  })),
  positions: stuckPositions.map(({ accountId, instrumentId, quantity, sinceNs }) => ({
    account: accountId,
    symbol: symbolOf(instrumentId),
    instrument_id: instrumentId,
    quantity,
    since: timeOrNull(sinceNs),
  })),
});

export const riskView = (summary: RiskSummary) => ({
  equity_usd: orNull(summary.equityUsd),
  gross_exposure_usd: summary.grossExposureUsd,
  net_exposure_usd: summary.netExposureUsd,
  leverage: orNull(summary.leverage),
  margin_ratio: orNull(summary.marginRatio),
  drawdown: orNull(summary.drawdown),
  open_orders: summary.openOrders,
  in_doubt_orders: summary.inDoubtOrders,
  violations: Object.fromEntries(Object.entries(summary.violations).map(([code, times]) => [code, count(times)])),
  value_at_risk_usd: orNull(summary.valueAtRiskUsd),
  trading_mode: orNull(summary.mode),
  mode_causes: summary.causes,
  circuit_breaker: { tripped: summary.circuitBreakerTripped },
  accounts: summary.accounts.map((account) => ({
    account: account.accountId,
    account_kind: orNull(account.accountKind),
    equity_usd: orNull(account.equityUsd),
    aum_usd: orNull(account.aumUsd),
    hourly_change: orNull(account.hourlyChange),
    daily_change: orNull(account.dailyChange),
    drawdown: orNull(account.drawdown),
    value_at_risk_usd: orNull(account.valueAtRiskUsd),
    trading_mode: orNull(account.mode),
    mode_causes: account.causes,
  })),
  overrides: summary.overrides.map(overrideView),
  stopped_strategies: summary.stoppedStrategies.map(({ strategyId, kind, reason, sinceNs }) => ({
    strategy_id: strategyId,
    kind,
    reason,
    since: timeOrNull(sinceNs),
  })),
  stuck: stuckView(summary),
  limits: summary.limits.map(({ name, scope, limit, used }) => ({ name, scope, limit, used: orNull(used) })),
});

export const killSwitchView = (state: TradingState | undefined) => ({
  // Unknown is not killed, it is unknown; the gate is closed either way (I-13).
  active: state === undefined ? null : state.kill !== undefined,
  reason: state?.kill?.reason ?? null,
  by: state?.kill?.actor ?? null,
  since: state?.kill === undefined ? null : isoTime(state.kill.at),
  kill_id: state?.kill === undefined ? null : orNull(state.kill.killId),
});

const modeView = ({ mode, causes }: TradingState['mode']) => ({
  mode,
  causes: causes.map(({ component, health, mode: alone, reason }) => ({ component, health, mode: alone, reason })),
});

export const tradingView = (state: TradingState | undefined) => ({
  trading_enabled: state?.tradingEnabled ?? false,
  new_signals_enabled: state?.newSignalsEnabled ?? false,
  trading_state: state === undefined ? 'unknown' : 'known',
  // Nobody knows: then nothing new is sent, and what rests may be cancelled.
  trading_mode: state?.mode.mode ?? 'cancel_only',
  mode_causes: state === undefined ? [] : modeView(state.mode).causes,
  account_modes: Object.fromEntries([...(state?.accounts ?? [])].map(([account, own]) => [account, modeView(own)])),
  kill_switch: killSwitchView(state),
});
