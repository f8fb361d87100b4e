import { format, refusal } from '@argosy/domain';
import type { RiskCheck } from '../risk-view.js';

/** Over all instruments and accounts of a kind; an order that does not raise it passes even above the limit. */
export const grossExposure: RiskCheck = (_request, { gross, limits }) => {
  if (gross.after <= limits.maxGrossExposureUsd || gross.after <= gross.before) return undefined;
  return refusal('gross_exposure_above_limit', {
    exposure: format(gross.after),
    limit: format(limits.maxGrossExposureUsd),
  });
};
