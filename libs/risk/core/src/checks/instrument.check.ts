import { describePriceRule, format, isLegalPrice, isLegalQuantity, refusal, tickAt } from '@argosy/domain';
import type { RiskCheck } from '../risk-view.js';

/** The instrument as the fleet knows it now: status, version, tick and lot (I-30). */
export const instrumentRules: RiskCheck = (request, { instrument }) => {
  if (instrument?.venue !== request.venue) {
    return refusal('instrument_unknown', { instrument: request.instrumentId, venue: request.venue });
  }
  if (instrument.status !== 'trading' && !(instrument.status === 'reduce_only' && request.reduceOnly)) {
    return refusal('instrument_not_trading', { instrument: instrument.id, status: instrument.status });
  }
  if (request.instrumentVersion !== instrument.version) {
    return refusal('instrument_version_stale', {
      instrument: instrument.id,
      decided_on: String(request.instrumentVersion),
      present: String(instrument.version),
    });
  }
  if (!isLegalPrice(instrument.priceRule, request.limitPrice)) {
    return refusal('invalid_tick_size', {
      price: format(request.limitPrice),
      tick: format(tickAt(instrument.priceRule, request.limitPrice)),
      rule: describePriceRule(instrument.priceRule),
    });
  }
  if (isLegalQuantity(instrument.lot, request.quantity)) return undefined;
  return refusal('invalid_lot_size', { quantity: format(request.quantity), lot: format(instrument.lot) });
};
