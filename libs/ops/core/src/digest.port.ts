/** SHA-256 in lower-case hex; injected, because pure code has no cryptography of its own. */
export type Digest = (content: Uint8Array | string) => string;
