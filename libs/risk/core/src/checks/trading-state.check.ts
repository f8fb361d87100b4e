import { refusal } from '@argosy/domain';
import type { RiskCheck } from '../risk-view.js';

/** Unknown is no, without latching (I-13); a kill outranks everything. */
export const tradingState: RiskCheck = (_request, { trading }) => {
  if (trading.killed) return refusal('kill_switch_active');
  if (!trading.known) return refusal('halt_state_unknown');
  if (!trading.tradingEnabled) return refusal('trading_disabled');
  if (!trading.newSignalsEnabled) return refusal('new_signals_disabled');
  return undefined;
};
