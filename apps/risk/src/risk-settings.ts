import { accountId, instrumentId, parseAmount, parseQuantity } from '@argosy/domain';
import { type AccountsFile, ConfigError, limitConflicts, type LimitsFile } from '@argosy/platform-config';
import type { RiskLimits } from '@argosy/risk-core';
import type { RiskSettings } from '@argosy/risk-service';
import type { RiskConfig } from './risk.config.js';

/**
 * The files' text as risk's own words.
 * @throws ConfigError for limits that contradict each other.
 */
export function riskSettings(config: RiskConfig, accounts: AccountsFile, limits: LimitsFile): RiskSettings {
  const problems = limitConflicts(limits, config.RISK_LIMITS_FILE);
  if (problems.length > 0) throw new ConfigError(problems);
  return {
    limits: riskLimits(limits),
    accounts: new Map(accounts.accounts.map(({ account_id, venue, kind }) => [accountId(account_id), { venue, kind }])),
    approvalValidityMs: config.RISK_APPROVAL_VALIDITY,
    approvalGraceMs: config.RISK_APPROVAL_GRACE,
    decisionQueueLimit: config.RISK_DECISION_QUEUE_LIMIT,
  };
}

function riskLimits(file: LimitsFile): RiskLimits {
  return {
    maxOrderValueUsd: parseAmount(file.max_order_value_usd),
    maxGrossExposureUsd: parseAmount(file.max_gross_exposure_usd),
    maxNetExposureUsd: parseAmount(file.max_net_exposure_usd),
    maxLeverage: parseAmount(file.max_leverage),
    maxMarginUse: parseAmount(file.max_margin_use),
    maxOpenOrders: file.max_open_orders,
    priceCollarBps: file.price_collar_bps,
    referenceAgeMsMax: file.reference_age_max,
    bookAgeMsMax: file.book_age_max,
    equityAgeMsMax: file.equity_age_max,
    strategyOrdersPerWindow: file.strategy_orders_per_window,
    fleetOrdersPerWindow: file.fleet_orders_per_window,
    rateWindowMs: file.rate_window,
    repeatsPerWindow: file.repeats_per_window,
    repeatWindowMs: file.repeat_window,
    loss: {
      hourlyWarning: parseAmount(file.hourly_loss_warning),
      hourlyKill: parseAmount(file.hourly_loss_kill),
      dailyWarning: parseAmount(file.daily_loss_warning),
      dailyKill: parseAmount(file.daily_loss_kill),
      drawdownWarning: parseAmount(file.drawdown_warning),
      drawdownReduceOnly: parseAmount(file.drawdown_reduce_only),
      drawdownSecondWarning: parseAmount(file.drawdown_second_warning),
      drawdownKill: parseAmount(file.drawdown_kill),
    },
    varIntervalMs: file.var_interval,
    varReturnsMin: file.var_returns_min,
    varReturnsMax: file.var_returns_max,
    runaway: {
      submissionsPerSecond: file.runaway_submissions_per_second,
      refusalsPerWindow: file.runaway_refusals_per_window,
      repeatsPerWindow: file.runaway_repeats_per_window,
      flipsPerWindow: file.runaway_flips_per_window,
      windowMs: file.runaway_window,
    },
    stuckOrderAfterMs: file.stuck_order_after,
    stuckRestingAfterMs: file.stuck_resting_after,
    stuckPositionAfterMs: file.stuck_position_after,
    instruments: new Map(
      file.instruments.map((entry) => [
        instrumentId(entry.instrument),
        {
          maxOrderQuantity: parseQuantity(entry.max_order_quantity),
          maxPositionUsd: parseAmount(entry.max_position_usd),
          referenceInstrument: instrumentId(entry.reference_instrument),
        },
      ]),
    ),
  };
}
