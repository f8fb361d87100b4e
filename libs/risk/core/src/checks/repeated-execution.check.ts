import { format, refusal } from '@argosy/domain';
import type { RiskCheck } from '../risk-view.js';

/** The very same order again and again: the mark of a loop (RTS 6, repeated automated execution). */
export const repeatedExecution: RiskCheck = (request, { repeatsInWindow, limits }) => {
  if (repeatsInWindow <= limits.repeatsPerWindow) return undefined;
  return refusal('repeated_execution', {
    order: `${request.side} ${format(request.quantity)} at ${format(request.limitPrice)}`,
    times: String(repeatsInWindow),
    limit: String(limits.repeatsPerWindow),
    window: `${String(limits.repeatWindowMs)} ms`,
  });
};
