import { approvalText } from '@argosy/contracts';
import type { OrderIntent } from '@argosy/domain';
import { ApprovalVerifier } from '@argosy/execution-service';
import type { HmacSha256 } from '@argosy/platform-runtime';

/** Checks risk's proof with the key that the two of them share. */
export class HmacApprovalVerifier extends ApprovalVerifier {
  constructor(private readonly hmac: HmacSha256) {
    super();
  }

  override verify(intent: OrderIntent, mac: Uint8Array): boolean {
    return this.hmac.verify(approvalText(intent), mac);
  }
}
