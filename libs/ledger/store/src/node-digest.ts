import { hash } from 'node:crypto';
import { Digest } from '@argosy/ledger-core';

/** SHA-256 by OpenSSL, in one call, which for the size of an entry costs less than a hash that is fed. */
export class NodeDigest extends Digest {
  override sha256(...parts: readonly Uint8Array[]): Uint8Array {
    const bytes = hash('sha256', Buffer.concat(parts), 'buffer');
    return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
  }
}
