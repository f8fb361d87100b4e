import type { OrderIntent } from '@argosy/domain';

/** Proves that risk, and nobody else, approved exactly this order. */
export abstract class ApprovalVerifier {
  /** Compares in time that does not depend on content (I-50). */
  abstract verify(intent: OrderIntent, mac: Uint8Array): boolean;
}
