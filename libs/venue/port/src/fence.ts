/** What a request to a venue is, as far as its limits care. Reads differ by their documented weight. */
export const REQUEST_KINDS = ['order', 'cancel', 'command', 'read_light', 'read', 'read_history'] as const;
export type RequestKind = (typeof REQUEST_KINDS)[number];

/** What one request costs in one window: `base`, and one more for every full `itemsPerUnit` items in it. */
export interface RequestCost {
  readonly base: number;
  /** Orders in a batch, or rows in an answer; absent where items cost nothing. */
  readonly itemsPerUnit?: number;
}

/** At most `limit` units in any `windowMs`; a kind without a cost is not counted here. */
export interface RateWindow {
  readonly name: string;
  readonly limit: number;
  readonly windowMs: number;
  readonly costs: Partial<Readonly<Record<RequestKind, RequestCost>>>;
}

/**
 * A limit that is earned and never resets: so many requests for ever, more with each unit of volume traded. Cancels have a
 * larger one, so that a spent limit never traps an order.
 */
export interface EarnedLimit {
  readonly name: string;
  readonly cancelsAllowed: (allowed: number) => number;
  /** When it is spent, one request is still taken each so many ms. */
  readonly trickleMs: number;
  /** What a request that was too late for its own expiry costs, times its items. */
  readonly expiredCost: number;
}

export interface VenueRateLimits {
  readonly windows: readonly RateWindow[];
  readonly earned: EarnedLimit | undefined;
  /** Most orders or cancels in one request that still cost one unit of every window that counts requests. */
  readonly batchMax: number;
  /**
   * After a 429: one cancel each so many ms is within the venue's rules. Undefined where any request during a pause may
   * turn it into a ban.
   */
  readonly cancelTrickleMs: number | undefined;
}

/** The venue's own way of cancelling everything when nobody is heard of any more. */
export interface DeadManRules {
  /** What one firing cancels. None knows positions: protective orders go too. */
  readonly scope: 'account' | 'symbol';
  /** The moment must lie at least so far ahead of the venue's clock. */
  readonly aheadMsMin: number;
  /** Firings a day the venue allows, counted from 00:00 UTC of its clock; undefined where unlimited. */
  readonly firingsADayMax: number | undefined;
  /** Traded volume an account needs before it may arm, in its margin asset; `0` for none. */
  readonly volumeMin: string;
  /** The venue's word for why an order ended so, as in `VenueOrderReport.reason`. */
  readonly firedWord: string;
}

/**
 * What a venue offers against orders that land too late or twice, as data: the rules of leadership, doubt and rates read
 * it instead of knowing venues by name.
 */
export interface VenueFence {
  /** Whether every request can carry a moment after which the venue refuses it (I-05). */
  readonly requestExpiry: 'per_request' | 'none';
  /** The shortest validity the venue takes, ms; a lease with less left needs the quarantine rule. */
  readonly expiryMsMin: number;
  /** Whether a nonce can be spent on nothing, which proves that the order signed with it will never land. */
  readonly nonceBurn: boolean;
  readonly deadMan: DeadManRules | undefined;
  /** For how long the venue refuses a second order under one client order id. */
  readonly orderIdentity: 'unique_while_open' | 'unique_for_ever' | 'not_checked';
  /** After its expiry an order the venue took may stay unseen for so long, ms. */
  readonly visibilityLagMs: number;
  /** What together identifies a fill for ever, in the venue's words. */
  readonly fillIdentity: readonly string[];
  readonly rateLimits: VenueRateLimits;
}

/** Where nobody counts: a venue inside this process. */
export const NO_RATE_LIMITS: VenueRateLimits = {
  windows: [],
  earned: undefined,
  batchMax: 1_000,
  cancelTrickleMs: 0,
};

/**
 * What an answer of a venue proves about the request it answers.
 *
 * `accepted`: it was taken. `refused`: it was not and never will be. `gone_or_filled`: of a cancel, that there is nothing to
 * cancel now; the order may have filled. `limited`: refused for its rate. `in_doubt`: nothing at all.
 */
export type AnswerProof = 'accepted' | 'refused' | 'gone_or_filled' | 'limited' | 'in_doubt';

/** Trouble that a proof brings to notice beside the fate of one order. */
export type AnswerTrouble = 'rate_limited' | 'address_limited' | 'key_refused' | 'clock_off' | 'expired' | 'unlisted';

/** One row of a venue's table of what its answers prove. */
export interface AnswerRule {
  /** In our words, unique in its table. */
  readonly name: string;
  /** Of the venue's text or status line; tried in order, the first that fits decides. */
  readonly pattern: RegExp;
  readonly proof: AnswerProof;
  readonly trouble?: AnswerTrouble;
  /** Why it proves that, for people. */
  readonly because: string;
}
