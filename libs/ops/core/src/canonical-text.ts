export interface SignedParts {
  /** As sent in X-TIMESTAMP. */
  readonly timestamp: string;
  /** As sent in X-NONCE; empty without one. */
  readonly nonce: string;
  readonly method: string;
  /** Path with query, byte for byte as in the request line. */
  readonly target: string;
  /** SHA-256 of the body's bytes in lower-case hex; of nothing when there is none. */
  readonly bodyHash: string;
}

/** What a signature is made over. No part can hold a line break, so no two requests have one text. */
export const canonicalText = ({ timestamp, nonce, method, target, bodyHash }: SignedParts): string =>
  [timestamp, nonce, method.toUpperCase(), target, bodyHash].join('\n');
