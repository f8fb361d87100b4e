import type { OrderIntent } from '@argosy/domain';
import { approvalText } from '@argosy/contracts';
import type { HmacSha256 } from '@argosy/platform-runtime';
import { ApprovalSigner } from '@argosy/risk-service';

/** The proof execution checks: a MAC under a key that the two of them share. */
export class HmacApprovalSigner extends ApprovalSigner {
  constructor(private readonly hmac: HmacSha256) {
    super();
  }

  override sign(intent: OrderIntent): Uint8Array {
    return this.hmac.sign(approvalText(intent));
  }
}
