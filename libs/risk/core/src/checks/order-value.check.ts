import { format, notional, refusal } from '@argosy/domain';
import type { RiskCheck } from '../risk-view.js';

/** Value of one order, rounded against us. */
export const orderValue: RiskCheck = (request, { limits }) => {
  const value = notional(request.limitPrice, request.quantity, 'up');
  if (value <= limits.maxOrderValueUsd) return undefined;
  return refusal('order_value_above_limit', { value: format(value), limit: format(limits.maxOrderValueUsd) });
};
