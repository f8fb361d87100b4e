import { format, type Quantity, refusal } from '@argosy/domain';
import type { RiskCheck } from '../risk-view.js';

/**
 * A reduction takes off what the account holds, no more: open reductions of all its strategies together never exceed the
 * position, so none of them opens or turns one. Under `reduce_only` the account's ordinary orders of that side count too,
 * since they would turn what the reduction leaves.
 */
export const reduceOnly: RiskCheck = (request, { reduction, trading }) => {
  if (!request.reduceOnly) return undefined;
  const { position, reducing, ordinary } = reduction;
  const there = request.side === 'sell' ? position : -position;
  const taken = trading.mode.mode === 'full' ? reducing : ((reducing + ordinary) as Quantity);
  if (request.quantity + taken <= there) return undefined;
  return refusal('reduce_only_violation', {
    side: request.side,
    quantity: format(request.quantity),
    position: format(position),
    other_orders: format(taken),
  });
};
