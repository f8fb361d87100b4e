import { type Amount, format, multiply, notional, refusal } from '@argosy/domain';
import type { RiskCheck } from '../risk-view.js';

/** Margin in use plus what this order could need, against the share of equity that may be used. */
export const margin: RiskCheck = (request, { account, instrument, limits }) => {
  if (request.reduceOnly || account?.equity === undefined || instrument === undefined) return undefined;
  const needed = (notional(request.limitPrice, request.quantity, 'up') / BigInt(instrument.maxLeverage)) as Amount;
  const allowed = multiply<Amount>(account.equity, limits.maxMarginUse, 'down');
  if (account.marginUsed + needed <= allowed) return undefined;
  return refusal('insufficient_margin', {
    in_use: format(account.marginUsed),
    needed: format(needed),
    allowed: format(allowed),
  });
};
