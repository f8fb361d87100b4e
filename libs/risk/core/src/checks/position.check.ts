import { format, notional, refusal } from '@argosy/domain';
import type { RiskCheck } from '../risk-view.js';

/** The position if this and every open order on its side filled. A reduction can only shrink it. */
export const position: RiskCheck = (request, { worst, instrumentLimits }) => {
  if (request.reduceOnly || instrumentLimits === undefined) return undefined;
  const quantity = request.side === 'buy' ? worst.long : worst.short;
  const value = notional(request.limitPrice, quantity, 'up');
  if (value <= instrumentLimits.maxPositionUsd) return undefined;
  return refusal('position_above_limit', {
    side: request.side === 'buy' ? 'long' : 'short',
    value: format(value),
    limit: format(instrumentLimits.maxPositionUsd),
  });
};
