import { NO_RATE_LIMITS, type VenueFence } from '@argosy/venue-port';

/** What the paper venue keeps of its promises: expiry and nonces as the venues it stands in for, no dead-man switch. */
export const PAPER_FENCE: VenueFence = {
  requestExpiry: 'per_request',
  expiryMsMin: 0,
  nonceBurn: true,
  // It lives in the process that would fall silent: a switch here would promise what it cannot keep.
  deadMan: undefined,
  orderIdentity: 'unique_for_ever',
  visibilityLagMs: 0,
  fillIdentity: ['account', 'fill number'],
  rateLimits: NO_RATE_LIMITS,
};
