import { refusal } from '@argosy/domain';
import type { RiskCheck } from '../risk-view.js';

/** Exposure can only be judged on an account that execution has reconciled and whose facts arrive without a gap. */
export const accountReady: RiskCheck = (request, { account }) => {
  if (account === undefined) return refusal('account_unknown', { account: request.accountId });
  if (account.venue !== request.venue) {
    return refusal('account_unknown', { account: request.accountId, at: account.venue, asked_for: request.venue });
  }
  if (!account.ready) return refusal('venue_not_ready', { account: request.accountId });
  return undefined;
};
