import type { Amount } from '@argosy/domain';

/** Shares of one, e.g. 0.005 for half a percent. None has a default and none may be absent (RK-2). */
export interface LossLimits {
  /** Over the last hour, of AUM. */
  readonly hourlyWarning: Amount;
  readonly hourlyKill: Amount;
  /** Since 00:00 UTC, of AUM. */
  readonly dailyWarning: Amount;
  readonly dailyKill: Amount;
  /** Below the highest equity, of the highest. */
  readonly drawdownWarning: Amount;
  readonly drawdownReduceOnly: Amount;
  readonly drawdownSecondWarning: Amount;
  readonly drawdownKill: Amount;
}

export type LossMeasure = 'hourly' | 'daily' | 'drawdown';
/** What passing a limit does; `page` cuts the account to reductions and wakes somebody. */
export type LossEffect = 'warning' | 'page' | 'kill';

export interface LossRule {
  readonly limit: keyof LossLimits;
  /** The alert's kind. */
  readonly kind: string;
  readonly measure: LossMeasure;
  readonly effect: LossEffect;
}

/** RK-2 as a table; of one measure the mildest comes first. */
export const LOSS_RULES: readonly LossRule[] = [
  { limit: 'hourlyWarning', kind: 'hourly_loss_warning', measure: 'hourly', effect: 'warning' },
  { limit: 'hourlyKill', kind: 'hourly_loss_kill', measure: 'hourly', effect: 'kill' },
  { limit: 'dailyWarning', kind: 'daily_loss_warning', measure: 'daily', effect: 'warning' },
  { limit: 'dailyKill', kind: 'daily_loss_kill', measure: 'daily', effect: 'kill' },
  { limit: 'drawdownWarning', kind: 'drawdown_warning', measure: 'drawdown', effect: 'warning' },
  { limit: 'drawdownReduceOnly', kind: 'drawdown_reduce_only', measure: 'drawdown', effect: 'page' },
  { limit: 'drawdownSecondWarning', kind: 'drawdown_second_warning', measure: 'drawdown', effect: 'warning' },
  { limit: 'drawdownKill', kind: 'drawdown_kill', measure: 'drawdown', effect: 'kill' },
];
