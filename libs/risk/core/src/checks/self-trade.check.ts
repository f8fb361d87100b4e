import { format, refusal } from '@argosy/domain';
import type { RiskCheck } from '../risk-view.js';

/** It would meet an order of our own. A post-only order cannot: the venue refuses it first. */
export const selfTrade: RiskCheck = (request, { ownBid, ownAsk }) => {
  if (request.timeInForce === 'post_only') return undefined;
  const meets =
    request.side === 'buy'
      ? ownAsk !== undefined && request.limitPrice >= ownAsk
      : ownBid !== undefined && request.limitPrice <= ownBid;
  if (!meets) return undefined;
  const resting = request.side === 'buy' ? ownAsk : ownBid;
  return refusal('self_trade', {
    price: format(request.limitPrice),
    own: resting === undefined ? '' : format(resting),
  });
};
