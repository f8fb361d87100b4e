import type { TimeNs } from '@argosy/domain';
import type { VenueFence } from '@argosy/venue-port';

/** What has been learned of one order in doubt. Times are the venue's, at their earliest. */
export interface DoubtEvidence {
  /** The venue refuses the request after this. */
  readonly expiresAt: TimeNs;
  /** What burning its nonce came to; undefined while it was not tried or not answered. */
  readonly burn: { readonly answer: 'burnt' | 'already_used'; readonly at: TimeNs } | undefined;
  /** Burns that were asked for. */
  readonly burnsTried: number;
  /** When the questions were asked that were answered "not found", oldest first. */
  readonly notFound: readonly TimeNs[];
}

export type DoubtVerdict =
  /** It is not there and never will be. */
  | { readonly kind: 'absent'; readonly proof: 'nonce_burnt' | 'not_found' }
  /** Ask for the order by its ids. */
  | { readonly kind: 'ask' }
  /** Spend its nonce: then it can land no more, and there is no need to wait for its expiry. */
  | { readonly kind: 'burn' }
  /** No answer of this venue can prove it absent: only a report of it or a person can end the doubt. */
  | { readonly kind: 'person' };

/** The venue's "not found" must be said so often, each time late enough, before it is believed. */
const NOT_FOUND_PROOF = 2;
/** Answers "not found" that are remembered: the newest. */
export const NOT_FOUND_KEPT = 4;
/** A burn that is not answered is in doubt itself; a third would only cost requests. */
const BURNS_MAX = 3;
const NS_PER_MS = 1_000_000n;

/**
 * I-27: what proves that an unanswered order does not exist, by what its venue offers. Nothing is ever sent again (I-28). A
 * nonce that was spent by somebody fixes the order's fate at that moment, as its expiry otherwise does: from there on, and
 * after the venue's visibility lag, "not found" counts, and it counts only when said twice.
 */
export function judgeDoubt(evidence: DoubtEvidence, fence: VenueFence): DoubtVerdict {
  const { burn, burnsTried } = evidence;
  if (burn?.answer === 'burnt') return { kind: 'absent', proof: 'nonce_burnt' };
  const canBurn = fence.nonceBurn && burn === undefined && burnsTried < BURNS_MAX;
  const decidedAt = fateDecidedAt(evidence, fence);
  if (decidedAt === undefined) return canBurn ? { kind: 'burn' } : { kind: 'person' };
  const visibleFrom = decidedAt + BigInt(fence.visibilityLagMs) * NS_PER_MS;
  const proofs = evidence.notFound.filter((at) => at > visibleFrom);
  if (proofs.length >= NOT_FOUND_PROOF) return { kind: 'absent', proof: 'not_found' };
  return canBurn ? { kind: 'burn' } : { kind: 'ask' };
}

/** From when on the order either exists or never will, in the venue's time. */
function fateDecidedAt({ burn, expiresAt }: DoubtEvidence, fence: VenueFence): bigint | undefined {
  if (fence.requestExpiry === 'none') return burn?.at;
  return burn !== undefined && burn.at < expiresAt ? burn.at : expiresAt;
}
