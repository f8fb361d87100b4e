import type { VenueFence, VenueRateLimits } from '@argosy/venue-port';

const MINUTE_MS = 60_000;
/** Over REST a batch costs one unit of weight and one more for every full 40 in it: 39 is the most for the price of one. */
export const BATCH_MAX = 39;

/**
 * As documented under "Rate limits and user limits". The weight is of an IP address and of requests over REST, which are our
 * questions; accounts and services that share an address must share it out. Actions leave over the websocket, which has
 * limits of its own: messages a minute, and posts in flight (`action-requests.ts`).
 */
export const HYPERLIQUID_LIMITS: VenueRateLimits = {
  windows: [
    {
      name: 'ip_weight',
      limit: 1_200,
      windowMs: MINUTE_MS,
      costs: {
        read_light: { base: 2 },
        read: { base: 20 },
        read_history: { base: 20, itemsPerUnit: 20 },
      },
    },
    {
      name: 'websocket_messages',
      limit: 2_000,
      windowMs: MINUTE_MS,
      costs: { order: { base: 1 }, cancel: { base: 1 }, command: { base: 1 } },
    },
  ],
  earned: {
    name: 'address_requests',
    cancelsAllowed: (allowed) => Math.min(allowed + 100_000, allowed * 2),
    trickleMs: 10_000,
    expiredCost: 5,
  },
  batchMax: BATCH_MAX,
  cancelTrickleMs: 10_000,
};

export const HYPERLIQUID_FENCE: VenueFence = {
  requestExpiry: 'per_request',
  // No minimum is documented, and the venue takes moments that lie in the past: it answers that they are over.
  expiryMsMin: 0,
  nonceBurn: true,
  // The volume is not documented; the venue names it when it refuses.
  deadMan: {
    scope: 'account',
    aheadMsMin: 5_000,
    firingsADayMax: 10,
    volumeMin: '1000000',
    firedWord: 'scheduledCancel',
  },
  orderIdentity: 'unique_while_open',
  visibilityLagMs: 3_000,
  // `tid` alone is shared by both sides of a trade.
  fillIdentity: ['account', 'coin', 'time', 'tid', 'side'],
  rateLimits: HYPERLIQUID_LIMITS,
};
