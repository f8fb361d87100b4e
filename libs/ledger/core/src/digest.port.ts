/** SHA-256 as the chain needs it; the store supplies the machine's own. */
export abstract class Digest {
  /** 32 bytes over the concatenation of `parts`. */
  abstract sha256(...parts: readonly Uint8Array[]): Uint8Array;
}
