import { format, refusal } from '@argosy/domain';
import type { RiskCheck } from '../risk-view.js';

/** How one-sided the whole book could become; unknown as for the gross exposure. */
export const netExposure: RiskCheck = (request, { net: { before, after }, limits }) => {
  if (after === undefined ? request.reduceOnly : after <= limits.maxNetExposureUsd) return undefined;
  if (after !== undefined && before !== undefined && after <= before) return undefined;
  return refusal('net_exposure_above_limit', {
    exposure: after === undefined ? 'unknown' : format(after),
    limit: format(limits.maxNetExposureUsd),
  });
};
