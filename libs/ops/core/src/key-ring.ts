import type { Role } from './roles.js';

/** A keyed proof; its comparison takes a time that does not depend on the content (I-50). */
export interface RequestMac {
  verify(text: string, mac: Uint8Array): boolean;
}

export interface ApiKey {
  readonly keyId: string;
  readonly actor: string;
  readonly role: Role;
  readonly mac: RequestMac;
}

export interface ApiToken {
  /** SHA-256 of the token in lower-case hex: the token itself is nowhere but with its owner. */
  readonly tokenHash: string;
  readonly actor: string;
  readonly role: Role;
}

/** Who has a key or a token now. Replaced whole, so that a revoked key is gone with the next request (I-55). */
export class KeyRing {
  private keys = new Map<string, ApiKey>();
  private tokens: readonly ApiToken[] = [];

  constructor(keys: readonly ApiKey[], tokens: readonly ApiToken[]) {
    this.replace(keys, tokens);
  }

  replace(keys: readonly ApiKey[], tokens: readonly ApiToken[]): void {
    this.keys = new Map(keys.map((key) => [key.keyId, key]));
    this.tokens = [...tokens];
  }

  key(keyId: string): ApiKey | undefined {
    return this.keys.get(keyId);
  }

  /** Looks at every token and at every digit of each, whether or not one fits. */
  token(hash: string): ApiToken | undefined {
    let found: ApiToken | undefined;
    for (const token of this.tokens) if (isSameHash(token.tokenHash, hash)) found = token;
    return found;
  }
}

function isSameHash(expected: string, given: string): boolean {
  let difference = expected.length ^ given.length;
  for (let at = 0; at < expected.length; at += 1) difference |= expected.charCodeAt(at) ^ given.charCodeAt(at);
  return difference === 0;
}
