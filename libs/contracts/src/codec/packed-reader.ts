import { BinaryReader } from '@bufbuild/protobuf/wire';

/** Longer texts are nearly always new, so looking for them would be in vain. */
const KNOWN_LENGTH_MAX = 24;
/** Up to here one number a character is cheaper than the decoder of the machine. */
const PLAIN_LENGTH_MAX = 40;
/** A power of two: the hash is cut by a mask. */
const SLOTS = 4_096;
const CONTINUES = 0x80;
const VARINT_BYTES_MAX = 10;
const EMPTY = new Uint8Array(0);
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });
const word = new DataView(new ArrayBuffer(8));

/**
 * Reads the protobuf wire format (https://protobuf.dev/programming-guides/encoding) as the library does, but is kept
 * between messages, and finds short plain texts it has seen before (accounts, instruments, strategies) instead of making
 * them anew: text is most of what a message costs. Not re-entrant, and need not be: decoding never waits.
 */
export class PackedReader {
  // Names and meanings are the library's, whose other methods this class inherits.
  pos = 0;
  len = 0;
  buf: Uint8Array = EMPTY;
  /** By hash; a newcomer takes the place of whoever was there, so that memory stays bounded. */
  private readonly known: string[] = new Array<string>(SLOTS).fill('');

  /** Begins with `bytes`, wherever the message before was left. */
  over(bytes: Uint8Array): BinaryReader {
    this.buf = bytes;
    this.len = bytes.length;
    this.pos = 0;
    // The generated code names the library's class, whose private fields make it nominal.
    return this as unknown as BinaryReader;
  }

  /** @throws Error past ten bytes and past the end; higher bits than 32 are dropped, as the format wants it. */
  uint32(): number {
    const { buf } = this;
    let at = this.pos;
    let byte = buf[at++] ?? 0;
    let value = byte & 0x7f;
    for (let shift = 7; byte >= CONTINUES; shift += 7) {
      if (shift === 7 * VARINT_BYTES_MAX) throw new RangeError('varint of more than ten bytes');
      byte = buf[at++] ?? 0;
      if (shift < 32) value |= (byte & 0x7f) << shift;
    }
    this.move(at);
    return value >>> 0;
  }

  int32(): number {
    return this.uint32() | 0;
  }

  sint32(): number {
    const zigzag = this.uint32();
    return (zigzag >>> 1) ^ -(zigzag & 1);
  }

  int64(): bigint {
    const { buf } = this;
    let at = this.pos;
    let low = 0;
    let high = 0;
    for (let shift = 0; ; shift += 7) {
      if (shift === 7 * VARINT_BYTES_MAX) throw new RangeError('varint of more than ten bytes');
      const byte = buf[at++] ?? 0;
      const bits = byte & 0x7f;
      if (shift < 32) low |= bits << shift;
      // The fifth byte has bits of both halves.
      if (shift === 28) high = bits >>> 4;
      else if (shift > 28) high |= bits << (shift - 32);
      if (byte < CONTINUES) break;
    }
    this.move(at);
    word.setInt32(0, low, true);
    word.setInt32(4, high, true);
    return word.getBigInt64(0, true);
  }

  bool(): boolean {
    return this.int64() !== 0n;
  }

  double(): number {
    const at = this.pos;
    this.move(at + 8);
    for (let index = 0; index < 8; index += 1) word.setUint8(index, this.buf[at + index] ?? 0);
    return word.getFloat64(0, true);
  }

  bytes(): Uint8Array {
    const length = this.uint32();
    const start = this.pos;
    this.move(start + length);
    return this.buf.subarray(start, start + length);
  }

  string(): string {
    const length = this.uint32();
    const start = this.pos;
    const end = start + length;
    this.move(end);
    if (length === 0) return '';
    if (length > KNOWN_LENGTH_MAX || isDigit(this.buf[end - 1] ?? 0)) return textOf(this.buf, start, end);
    const slot = this.slotOf(start, end);
    const known = this.known[slot] ?? '';
    if (known.length === length && this.holds(known, start)) return known;
    const text = textOf(this.buf, start, end);
    // One that has other characters than ASCII is longer in bytes, and would never be found again.
    if (text.length === length) this.known[slot] = text;
    return text;
  }

  /** Ids differ in their last characters and in their lengths, names in their first: the middle says little. */
  private slotOf(start: number, end: number): number {
    const { buf } = this;
    const last = (buf[end - 1] ?? 0) | ((buf[end - 2] ?? 0) << 8) | ((buf[end - 3] ?? 0) << 16);
    const hash = Math.imul(last ^ ((buf[start] ?? 0) << 24), 0x9e3779b1) + Math.imul(end - start, 0x85ebca6b);
    return (hash ^ (hash >>> 15)) & (SLOTS - 1);
  }

  private holds(text: string, start: number): boolean {
    const { buf } = this;
    for (let index = 0; index < text.length; index += 1) {
      if (text.charCodeAt(index) !== buf[start + index]) return false;
    }
    return true;
  }

  private move(to: number): void {
    if (to > this.len) throw new RangeError('premature end');
    this.pos = to;
  }
}
// The generated code asks `instanceof`; being a subclass would bring along the library's costly constructor.
Object.setPrototypeOf(PackedReader.prototype, BinaryReader.prototype);

/** Prices, sizes and ids that count on end in one, and are new nearly every time: they would only drive out the others. */
const isDigit = (byte: number): boolean => byte >= 0x30 && byte <= 0x39;

function textOf(bytes: Uint8Array, start: number, end: number): string {
  const length = end - start;
  if (length > PLAIN_LENGTH_MAX) return utf8.decode(bytes.subarray(start, end));
  const codes = new Array<number>(length);
  for (let index = 0; index < length; index += 1) {
    const byte = bytes[start + index] ?? 0;
    if (byte >= CONTINUES) return utf8.decode(bytes.subarray(start, end));
    codes[index] = byte;
  }
  return String.fromCharCode(...codes);
}
