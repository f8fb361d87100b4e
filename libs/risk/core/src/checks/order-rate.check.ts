import { refusal } from '@argosy/domain';
import type { RiskCheck } from '../risk-view.js';

/** Asked for, not passed: a strategy that only collects refusals is running away too (I-21). */
export const orderRate: RiskCheck = (request, { strategyOrdersInWindow, fleetOrdersInWindow, limits }) => {
  const window = `${String(limits.rateWindowMs)} ms`;
  if (strategyOrdersInWindow > limits.strategyOrdersPerWindow) {
    return refusal('order_rate_above_limit', {
      strategy: request.strategyId,
      orders: String(strategyOrdersInWindow),
      limit: String(limits.strategyOrdersPerWindow),
      window,
    });
  }
  if (fleetOrdersInWindow <= limits.fleetOrdersPerWindow) return undefined;
  return refusal('order_rate_above_limit', {
    strategy: 'all',
    orders: String(fleetOrdersInWindow),
    limit: String(limits.fleetOrdersPerWindow),
    window,
  });
};
