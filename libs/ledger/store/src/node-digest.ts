import { createHash } from 'node:crypto';
import { Digest } from '@argosy/ledger-core';

/** SHA-256 by OpenSSL. */
export class NodeDigest extends Digest {
  override sha256(...parts: readonly Uint8Array[]): Uint8Array {
    const hash = createHash('sha256');
    for (const part of parts) hash.update(part);
    const bytes = hash.digest();
    return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
  }
}
