import { admitsOrder, describeMode, refusal } from '@argosy/domain';
import type { RiskCheck } from '../risk-view.js';

/** What the account may do at present, with everything that makes it less than all (I-60). */
export const tradingMode: RiskCheck = (request, { trading: { mode } }) => {
  if (admitsOrder(mode.mode, request)) return undefined;
  return refusal(mode.mode === 'reduce_only' ? 'reduce_only_mode' : 'trading_mode_closed', {
    mode: describeMode(mode),
  });
};
