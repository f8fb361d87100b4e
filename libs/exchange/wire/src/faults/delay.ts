import { type DrawnFault, numberOf } from '@argosy/exchange-core';

/** How late the drawn faults make a message, all of them together. */
export const delayOf = (drawn: readonly DrawnFault[]): number =>
  drawn.reduce(
    (sum, { rule, chance }) =>
      rule.fault === 'delay' ? sum + numberOf(rule, 'ms') + chance * numberOf(rule, 'jitterMs') : sum,
    0,
  );
