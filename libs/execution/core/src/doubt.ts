import type { Order, TimeNs } from '@argosy/domain';
import { type DoubtEvidence, NOT_FOUND_KEPT } from './doubt-evidence.js';

/** How doubts are settled (EX-7). */
export interface DoubtPolicy {
  /** After the request's expiry, how long until "not found" means anything; the venue's own lag where that is longer, ms. */
  readonly visibilityLagMs: number;
  /** Between two queries of the same order, ms. */
  readonly queryIntervalMs: number;
  /** After this in doubt a person is told, ms. */
  readonly escalateAfterMs: number;
}

/** What is known about one unanswered order, and when it was last looked into. */
export interface Doubt {
  readonly order: Order;
  readonly evidence: DoubtEvidence;
  readonly sinceMonotonicMs: number;
  readonly lastQueryMonotonicMs?: number;
  readonly escalated: boolean;
}

export interface DoubtMoment {
  readonly monotonicMs: number;
}

export const newDoubt = (order: Order, expiresAt: TimeNs, sinceMonotonicMs: number): Doubt => ({
  order,
  evidence: { expiresAt, burn: undefined, burnsTried: 0, notFound: [] },
  sinceMonotonicMs,
  escalated: false,
});

export const isQueryDue = (doubt: Doubt, { monotonicMs }: DoubtMoment, policy: DoubtPolicy): boolean =>
  monotonicMs - (doubt.lastQueryMonotonicMs ?? -Infinity) >= policy.queryIntervalMs;

export const isEscalationDue = (doubt: Doubt, { monotonicMs }: DoubtMoment, policy: DoubtPolicy): boolean =>
  !doubt.escalated && monotonicMs - doubt.sinceMonotonicMs >= policy.escalateAfterMs;

/** The venue said "not found" to a question asked at this moment of its own clock; the newest are evidence enough. */
export const withNotFound = ({ evidence, ...doubt }: Doubt, askedAt: TimeNs): Doubt => ({
  ...doubt,
  evidence: { ...evidence, notFound: [...evidence.notFound, askedAt].slice(-NOT_FOUND_KEPT) },
});

/** A burn of its nonce is asked for. */
export const withBurnTried = ({ evidence, ...doubt }: Doubt): Doubt => ({
  ...doubt,
  evidence: { ...evidence, burnsTried: evidence.burnsTried + 1 },
});

export const withBurn = ({ evidence, ...doubt }: Doubt, answer: 'burnt' | 'already_used', at: TimeNs): Doubt => ({
  ...doubt,
  evidence: { ...evidence, burn: { answer, at } },
});
