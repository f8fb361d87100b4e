import { format, refusal } from '@argosy/domain';
import type { RiskCheck } from '../risk-view.js';

/** How one-sided the whole book could become. */
export const netExposure: RiskCheck = (_request, { net, limits }) => {
  if (net.after <= limits.maxNetExposureUsd || net.after <= net.before) return undefined;
  return refusal('net_exposure_above_limit', { exposure: format(net.after), limit: format(limits.maxNetExposureUsd) });
};
