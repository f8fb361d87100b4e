import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';

/** A keyed proof over text (RFC 2104 with SHA-256). The key stays inside. */
export class HmacSha256 {
  /** Made once: from text it would be made anew for every order. */
  readonly #key: KeyObject;

  constructor(key: string) {
    this.#key = createSecretKey(key, 'utf8');
  }

  /** 32 bytes. */
  sign(text: string): Uint8Array {
    return createHmac('sha256', this.#key).update(text, 'utf8').digest();
  }

  /** In time that does not depend on where the first difference lies (I-50). */
  verify(text: string, mac: Uint8Array): boolean {
    const expected = this.sign(text);
    return mac.length === expected.length && timingSafeEqual(mac, expected);
  }
}
