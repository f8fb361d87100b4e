import type { Order, TimeNs } from '@argosy/domain';

/** How long a venue may take to show an order it has, and how the doubt is settled (EX-7). */
export interface DoubtPolicy {
  /** After the request's expiry, how long until "not found" means anything, ms. */
  readonly visibilityLagMs: number;
  /** Between two queries of the same order, ms. */
  readonly queryIntervalMs: number;
  /** After this in doubt a person is told, ms. */
  readonly escalateAfterMs: number;
}

/** What is known about one unanswered order. */
export interface Doubt {
  readonly order: Order;
  /** The venue refuses the request after this. */
  readonly expiresAt: TimeNs;
  readonly sinceMonotonicMs: number;
  readonly lastQueryMonotonicMs?: number;
  /** How often the venue said "not found" after expiry plus lag. */
  readonly notFound: number;
  readonly escalated: boolean;
  /**
   * What became of spending its nonce on nothing. `spent`: somebody had spent it, the order or an earlier burn, so only a
   * query can tell.
   */
  readonly burn: 'untried' | 'trying' | 'spent';
}

/** The venue's "not found" must be said so often, each time late enough, before it is believed. */
export const NOT_FOUND_PROOF = 2;

export interface DoubtMoment {
  readonly now: TimeNs;
  readonly monotonicMs: number;
}

export const isQueryDue = (doubt: Doubt, { monotonicMs }: DoubtMoment, policy: DoubtPolicy): boolean =>
  monotonicMs - (doubt.lastQueryMonotonicMs ?? -Infinity) >= policy.queryIntervalMs;

export const isEscalationDue = (doubt: Doubt, { monotonicMs }: DoubtMoment, policy: DoubtPolicy): boolean =>
  !doubt.escalated && monotonicMs - doubt.sinceMonotonicMs >= policy.escalateAfterMs;

/**
 * Records a "not found". It counts only after expiry plus visibility lag: before that the order may still arrive, or be
 * there unseen (5.2). Says whether the order is now proven absent.
 */
export function recordNotFound(
  doubt: Doubt,
  moment: DoubtMoment,
  policy: DoubtPolicy,
): { readonly doubt: Doubt; readonly absent: boolean } {
  const provable = moment.now > doubt.expiresAt + BigInt(policy.visibilityLagMs) * 1_000_000n;
  const notFound = provable ? doubt.notFound + 1 : 0;
  return {
    doubt: { ...doubt, notFound, lastQueryMonotonicMs: moment.monotonicMs },
    absent: notFound >= NOT_FOUND_PROOF,
  };
}
