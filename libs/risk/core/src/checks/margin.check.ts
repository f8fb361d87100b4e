import { type Amount, format, multiply, notional, refusal } from '@argosy/domain';
import type { RiskCheck } from '../risk-view.js';

/**
 * The larger of two figures against the share of equity that margin may use: what the venue says is in use plus this
 * order, and what our own worst positions need at least. The first knows the leverage set at the venue, the second every
 * order that the venue's word is too old to contain (I-18).
 */
export const margin: RiskCheck = (request, { account, instrument, limits }) => {
  if (request.reduceOnly || account?.equity === undefined || instrument === undefined) return undefined;
  const leverage = BigInt(instrument.maxLeverage);
  const needed = ((notional(request.limitPrice, request.quantity, 'up') + leverage - 1n) / leverage) as Amount;
  const stated = (account.marginUsed + needed) as Amount;
  const allowed = multiply<Amount>(account.equity, limits.maxMarginUse, 'down');
  const { marginWorst: worst } = account;
  if (worst !== undefined && worst <= allowed && stated <= allowed) return undefined;
  return refusal('insufficient_margin', {
    in_use: format(account.marginUsed),
    needed: format(needed),
    with_open_orders: worst === undefined ? 'unknown' : format(worst),
    allowed: format(allowed),
  });
};
