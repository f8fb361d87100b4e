import { type Amount, format, ratio, refusal } from '@argosy/domain';
import type { RiskCheck } from '../risk-view.js';

/** The account's gross exposure over its equity; unknown equity is no equity. */
export const leverage: RiskCheck = (request, { account, limits }) => {
  if (request.reduceOnly) return undefined;
  if (account?.equity === undefined || account.equityAgeMs > limits.equityAgeMsMax) {
    return refusal('equity_unknown', { account: request.accountId, limit_ms: String(limits.equityAgeMsMax) });
  }
  if (account.equity <= 0n) return refusal('leverage_above_limit', { equity: format(account.equity) });
  if (account.gross === undefined) return refusal('leverage_above_limit', { leverage: 'unknown' });
  const after = ratio<Amount>(account.gross, account.equity, 'up');
  if (after <= limits.maxLeverage) return undefined;
  return refusal('leverage_above_limit', { leverage: format(after), limit: format(limits.maxLeverage) });
};
