import { type Amount, format, multiply, notional, refusal } from '@argosy/domain';
import type { RiskCheck } from '../risk-view.js';

/** RK-6: while a person has cut positions to a share of equity, the worst position stays below it. */
export const positionOverride: RiskCheck = (request, { override, account, worst, limits }) => {
  if (override?.maxPositionPct === undefined || request.reduceOnly) return undefined;
  if (account?.equity === undefined || account.equityAgeMs > limits.equityAgeMsMax) {
    return refusal('equity_unknown', { account: request.accountId, limit_ms: String(limits.equityAgeMsMax) });
  }
  const value = notional(request.limitPrice, request.side === 'buy' ? worst.long : worst.short, 'up');
  const limit = multiply<Amount>(account.equity, override.maxPositionPct, 'down');
  if (value <= limit) return undefined;
  return refusal('position_above_limit', {
    side: request.side === 'buy' ? 'long' : 'short',
    value: format(value),
    limit: format(limit),
    override: format(override.maxPositionPct),
  });
};
