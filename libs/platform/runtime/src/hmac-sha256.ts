import { hash, timingSafeEqual } from 'node:crypto';

/** SHA-256 works in blocks of this many bytes, to which RFC 2104 pads the key. */
const BLOCK_BYTES = 64;
const DIGEST_BYTES = 32;
const INNER_PAD = 0x36;
const OUTER_PAD = 0x5c;
/** An order's text is some hundred bytes; a longer one gets a buffer of its own. */
const TEXT_ROOM_BYTES = 4_096;

const digest = (bytes: Uint8Array): Buffer => hash('sha256', bytes, 'buffer');

/** The key as RFC 2104 wants it, with room for what is hashed behind it. */
function padded(key: Uint8Array, pad: number, roomBytes: number): Buffer {
  const bytes = Buffer.alloc(BLOCK_BYTES + roomBytes);
  for (let index = 0; index < BLOCK_BYTES; index += 1) bytes[index] = (key[index] ?? 0) ^ pad;
  return bytes;
}

/**
 * A keyed proof over text (RFC 2104 with SHA-256). The key stays inside. Made of two plain digests: each order is signed and
 * verified on its way, and making Node's own HMAC object costs more than both of them.
 */
export class HmacSha256 {
  readonly #inner: Buffer;
  readonly #outer: Buffer;

  constructor(key: string) {
    const given = Buffer.from(key, 'utf8');
    const short = given.length > BLOCK_BYTES ? digest(given) : given;
    this.#inner = padded(short, INNER_PAD, TEXT_ROOM_BYTES);
    this.#outer = padded(short, OUTER_PAD, DIGEST_BYTES);
  }

  /** 32 bytes. */
  sign(text: string): Uint8Array {
    this.#outer.set(digest(this.#withText(text)), BLOCK_BYTES);
    return digest(this.#outer);
  }

  /** In time that does not depend on where the first difference lies (I-50). */
  verify(text: string, mac: Uint8Array): boolean {
    const expected = this.sign(text);
    return mac.length === expected.length && timingSafeEqual(mac, expected);
  }

  #withText(text: string): Uint8Array {
    // Three bytes at most for each unit of the text: whether it fits is known without counting them.
    if (text.length * 3 > TEXT_ROOM_BYTES)
      return Buffer.concat([this.#inner.subarray(0, BLOCK_BYTES), Buffer.from(text, 'utf8')]);
    return this.#inner.subarray(0, BLOCK_BYTES + this.#inner.write(text, BLOCK_BYTES, 'utf8'));
  }
}
