import { format, notional, refusal } from '@argosy/domain';
import type { RiskCheck } from '../risk-view.js';

/** The strategy's own limits; one without them does not trade. */
export const strategyLimits: RiskCheck = (request, { strategyLimits: limits, strategyWorst }) => {
  if (limits === undefined) return refusal('strategy_limits_unset', { strategy: request.strategyId });
  const value = notional(request.limitPrice, request.quantity, 'up');
  if (value > limits.maxOrderSizeUsd) {
    return refusal('strategy_order_above_limit', { value: format(value), limit: format(limits.maxOrderSizeUsd) });
  }
  if (request.reduceOnly) return undefined;
  const quantity = request.side === 'buy' ? strategyWorst.long : strategyWorst.short;
  const held = notional(request.limitPrice, quantity, 'up');
  if (held <= limits.maxPositionUsd) return undefined;
  return refusal('strategy_position_above_limit', { value: format(held), limit: format(limits.maxPositionUsd) });
};
