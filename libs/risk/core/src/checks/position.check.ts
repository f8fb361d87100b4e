import { format, notional, refusal } from '@argosy/domain';
import type { RiskCheck } from '../risk-view.js';

/** The position if this and every open order on its side filled; a reduction adds only what it lets the others add. */
export const position: RiskCheck = (request, { worst, instrumentLimits }) => {
  if (instrumentLimits === undefined) return undefined;
  const quantity = request.side === 'buy' ? worst.long : worst.short;
  const value = notional(request.limitPrice, quantity, 'up');
  if (value <= instrumentLimits.maxPositionUsd) return undefined;
  return refusal('position_above_limit', {
    side: request.side === 'buy' ? 'long' : 'short',
    value: format(value),
    limit: format(instrumentLimits.maxPositionUsd),
  });
};
