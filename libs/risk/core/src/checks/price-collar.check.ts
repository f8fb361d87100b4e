import { type Amount, format, refusal } from '@argosy/domain';
import type { RiskCheck } from '../risk-view.js';

/** Independent of each other, or a crash of one venue alone would carry the collar with it. */
export const REFERENCES_MIN = 2;
const BPS = 10_000n;

/** I-20: near two references that are independent of each other, the venue's oracle and another venue's mid. */
export const priceCollar: RiskCheck = (request, { references, limits }) => {
  const fresh = references.filter(({ ageMs }) => ageMs <= limits.referenceAgeMsMax);
  if (fresh.length < REFERENCES_MIN) {
    return refusal('reference_price_missing', {
      fresh: fresh.map(({ source }) => source).join(' and ') || 'none',
      limit_ms: String(limits.referenceAgeMsMax),
    });
  }
  for (const { source, price } of fresh) {
    const distance = request.limitPrice > price ? request.limitPrice - price : price - request.limitPrice;
    if (distance * BPS <= price * BigInt(limits.priceCollarBps)) continue;
    return refusal('price_outside_collar', {
      price: format(request.limitPrice),
      reference: format(price),
      source,
      distance: format(distance as Amount),
      collar_bps: String(limits.priceCollarBps),
    });
  }
  return undefined;
};
