import { format, refusal } from '@argosy/domain';
import type { RiskCheck } from '../risk-view.js';

/**
 * Over all instruments and accounts of a kind; an order that does not raise it passes even above the limit. What cannot be
 * valued is above every limit, but never stands in the way of a reduction.
 */
export const grossExposure: RiskCheck = (request, { gross: { before, after }, limits }) => {
  if (after === undefined ? request.reduceOnly : after <= limits.maxGrossExposureUsd) return undefined;
  if (after !== undefined && before !== undefined && after <= before) return undefined;
  return refusal('gross_exposure_above_limit', {
    exposure: after === undefined ? 'unknown' : format(after),
    limit: format(limits.maxGrossExposureUsd),
  });
};
