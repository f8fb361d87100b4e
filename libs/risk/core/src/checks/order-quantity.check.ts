import { format, refusal } from '@argosy/domain';
import type { RiskCheck } from '../risk-view.js';

/** Size of one order; an instrument without limits of its own does not trade. */
export const orderQuantity: RiskCheck = (request, { instrumentLimits }) => {
  if (instrumentLimits === undefined) {
    return refusal('order_quantity_above_limit', { instrument: request.instrumentId, limit: 'none configured' });
  }
  if (request.quantity <= instrumentLimits.maxOrderQuantity) return undefined;
  return refusal('order_quantity_above_limit', {
    quantity: format(request.quantity),
    limit: format(instrumentLimits.maxOrderQuantity),
  });
};
