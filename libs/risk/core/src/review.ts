import { type Approved, approve, type OrderIntent, type Refusal } from '@argosy/domain';
import { accountReady } from './checks/account-ready.check.js';
import { duplicate } from './checks/duplicate.check.js';
import { grossExposure } from './checks/gross-exposure.check.js';
import { instrumentRules } from './checks/instrument.check.js';
import { leverage } from './checks/leverage.check.js';
import { margin } from './checks/margin.check.js';
import { netExposure } from './checks/net-exposure.check.js';
import { openOrders } from './checks/open-orders.check.js';
import { orderQuantity } from './checks/order-quantity.check.js';
import { orderRate } from './checks/order-rate.check.js';
import { orderValue } from './checks/order-value.check.js';
import { position } from './checks/position.check.js';
import { positionOverride } from './checks/position-override.check.js';
import { priceCollar } from './checks/price-collar.check.js';
import { reduceOnly } from './checks/reduce-only.check.js';
import { repeatedExecution } from './checks/repeated-execution.check.js';
import { selfTrade } from './checks/self-trade.check.js';
import { staleData } from './checks/stale-data.check.js';
import { strategyLimits } from './checks/strategy-limits.check.js';
import { tradingMode } from './checks/trading-mode.check.js';
import { tradingState } from './checks/trading-state.check.js';
import type { RiskCheck, RiskView } from './risk-view.js';

/** Order is policy: the cheapest and most final come first. */
export const RISK_CHECKS: ReadonlyMap<string, RiskCheck> = new Map(
  Object.entries({
    tradingState,
    duplicate,
    orderRate,
    repeatedExecution,
    accountReady,
    instrumentRules,
    reduceOnly,
    strategyLimits,
    orderValue,
    orderQuantity,
    staleData,
    priceCollar,
    tradingMode,
    selfTrade,
    openOrders,
    position,
    positionOverride,
    grossExposure,
    netExposure,
    leverage,
    margin,
  }),
);

export type Verdict =
  | { readonly ok: true; readonly intent: Approved<OrderIntent> }
  | { readonly ok: false; readonly refusal: Refusal; readonly check: string };

/** RK-1: every check, in order, on one view. The only place where an approval is made. */
export function review(intent: OrderIntent, view: RiskView, checks = RISK_CHECKS): Verdict {
  const request = { ...intent, instrumentVersion: intent.provenance.instrumentVersion };
  for (const [check, run] of checks) {
    const refusal = run(request, view);
    if (refusal !== undefined) return { ok: false, refusal, check };
  }
  return { ok: true, intent: approve(intent) };
}
