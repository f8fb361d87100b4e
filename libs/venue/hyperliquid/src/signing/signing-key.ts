import { createRequire } from 'node:module';
import secp256k1 from 'secp256k1';
import { fromHex, toHex } from './hex.js';
import { keccak256 } from './keccak.js';

const REDACTED = '[signing key]';

/**
 * True when signatures are made by the native binding: about thirty times faster than the JavaScript the package falls
 * back to without a word.
 */
export function nativeSigningAvailable(): boolean {
  try {
    createRequire(import.meta.url)('secp256k1/bindings.js');
    return true;
  } catch {
    return false;
  }
}

/** Holds one private key and never shows it: not as text, not as JSON, not to a debugger's `inspect` (I-51). */
export class SigningKey {
  readonly #secret: Uint8Array;
  /** The signer's own address, lower case; may differ from the wallet it acts for (an agent). */
  readonly address: string;

  /** @throws RangeError for anything but a valid 32-byte key; the message never repeats it. */
  constructor(privateKey: string) {
    this.#secret = fromHex(privateKey, 32, 'the private key');
    if (!secp256k1.privateKeyVerify(this.#secret)) throw new RangeError('the private key is not on the curve');
    const publicKey = secp256k1.publicKeyCreate(this.#secret, false);
    this.address = toHex(keccak256(publicKey.subarray(1)), 12);
  }

  /** Deterministic (RFC 6979), low-s. Returns 64 bytes r ‖ s and the recovery id. */
  sign(digest: Uint8Array): { readonly signature: Uint8Array; readonly recid: number } {
    return secp256k1.ecdsaSign(digest, this.#secret);
  }

  toString(): string {
    return REDACTED;
  }

  toJSON(): string {
    return REDACTED;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return REDACTED;
  }
}
