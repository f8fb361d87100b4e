import type { RiskSummary, TradingState } from '@argosy/contracts';
import { isoTime } from '@argosy/domain';
import { count, orNull } from './text.js';

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
