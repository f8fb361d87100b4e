import { refusal } from '@argosy/domain';
import type { RiskCheck } from '../risk-view.js';

/** Working, in flight and in doubt, over the whole fleet. */
export const openOrders: RiskCheck = (_request, { openOrders: open, limits }) =>
  open < limits.maxOpenOrders
    ? undefined
    : refusal('too_many_open_orders', { open: String(open), limit: String(limits.maxOpenOrders) });
