import type { OrderIntent } from '@argosy/domain';

/** Makes the proof that execution checks. Only risk holds the key for it. */
export abstract class ApprovalSigner {
  abstract sign(intent: OrderIntent): Uint8Array;
}
