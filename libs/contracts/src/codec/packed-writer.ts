import type { BinaryWriter } from '@bufbuild/protobuf/wire';
import { type Decimal, SCALE } from '@argosy/domain';

/** Small enough that a message somebody keeps does not hold much else, large enough to be rare. */
const SLAB_BYTES = 16_384;
const ASCII_LENGTH_MAX = 96;
/** Of a varint of 32 bits. */
const LENGTH_BYTES_MAX = 5;
/** Field numbers stand above three bits of wire type. */
const TAG = 8;
const DELIMITED = 2;
const ZERO_DIGIT = 48;
const POINT = 46;
const MINUS = 45;
/** Length, sign, point, and what fills a value below one up to its places. */
const DECIMAL_EXTRA_BYTES = 4 + SCALE;
/** Its length has to fit one byte; numeric(38,12) has 38. */
const DECIMAL_DIGITS_MAX = 100;
const TWO_32 = 4_294_967_296;
const utf8 = new TextEncoder();
const word = new DataView(new ArrayBuffer(8));

/**
 * Writes the protobuf wire format (https://protobuf.dev/programming-guides/encoding), one message after the other, into a
 * slab that they share: a buffer of its own costs more than writing a small message. The generated code writes into
 * whatever it is given; the library's own writer collects small arrays and costs several times as much. Not re-entrant,
 * and need not be: encoding never waits.
 */
export class PackedWriter {
  private bytesOut = new Uint8Array(SLAB_BYTES);
  private view = new DataView(this.bytesOut.buffer);
  /** Where the message being written begins: what lies before belongs to those who were given it. */
  private first = 0;
  private at = 0;
  private readonly forks: number[] = [];

  /** Begins anew. What an encoding that threw left behind is gone. */
  begin(): BinaryWriter {
    this.at = this.first;
    this.forks.length = 0;
    return this.generated;
  }

  /** Nobody writes into what is returned again. */
  finish(): Uint8Array {
    const message = new Uint8Array(this.bytesOut.buffer, this.first, this.at - this.first);
    this.first = this.at;
    return message;
  }

  uint32(value: number): this {
    // Nearly all are tags of a byte.
    if (value > 0 && value < 0x80 && this.at < this.bytesOut.length && Number.isInteger(value)) {
      this.bytesOut[this.at++] = value;
      return this;
    }
    if (!Number.isInteger(value) || value < 0 || value >= TWO_32)
      throw new RangeError(`not a uint32: ${String(value)}`);
    this.room(5);
    this.varint(value);
    return this;
  }

  /** Negative numbers take ten bytes, as the format wants them. */
  int32(value: number): this {
    if (!Number.isInteger(value) || value < -(TWO_32 / 2) || value >= TWO_32 / 2)
      throw new RangeError(`not an int32: ${String(value)}`);
    if (value < 0) return this.int64(BigInt(value));
    this.room(5);
    this.varint(value);
    return this;
  }

  sint32(value: number): this {
    if (!Number.isInteger(value) || value < -(TWO_32 / 2) || value >= TWO_32 / 2)
      throw new RangeError(`not a sint32: ${String(value)}`);
    return this.uint32(((value << 1) ^ (value >> 31)) >>> 0);
  }

  int64(value: bigint): this {
    this.room(10);
    word.setBigInt64(0, value, true);
    this.halves(word.getUint32(0, true), word.getUint32(4, true));
    return this;
  }

  bool(value: boolean): this {
    this.room(1);
    this.bytesOut[this.at++] = value ? 1 : 0;
    return this;
  }

  double(value: number): this {
    this.room(8);
    this.view.setFloat64(this.at, value, true);
    this.at += 8;
    return this;
  }

  bytes(value: Uint8Array): this {
    this.room(value.length + 5);
    this.varint(value.length);
    this.bytesOut.set(value, this.at);
    this.at += value.length;
    return this;
  }

  string(value: string): this {
    if (value.length <= ASCII_LENGTH_MAX && this.ascii(value)) return this;
    return this.bytes(utf8.encode(value));
  }

  /** A field of text; the empty one is not written, as the format has it. */
  text(field: number, value: string): this {
    return value === '' ? this : this.uint32(field * TAG + DELIMITED).string(value);
  }

  /** A field of an enum. */
  word(field: number, value: number): this {
    return value === 0 ? this : this.uint32(field * TAG).int32(value);
  }

  /** A field of 64 bits. @throws RangeError for a value that does not fit. */
  long(field: number, value: bigint): this {
    if (value === 0n) return this;
    if (BigInt.asIntN(64, value) !== value) throw new RangeError(`not an int64: ${String(value)}`);
    return this.uint32(field * TAG).int64(value);
  }

  /**
   * A field of canonical decimal text, as `format` makes it, without making it.
   * @throws RangeError for more digits than any money of ours has.
   */
  decimal(field: number, value: Decimal): this {
    this.uint32(field * TAG + DELIMITED);
    const negative = value < 0n;
    const digits = (negative ? -value : value).toString();
    if (digits.length > DECIMAL_DIGITS_MAX) throw new RangeError(`a decimal of ${String(digits.length)} digits`);
    this.room(digits.length + DECIMAL_EXTRA_BYTES);
    const lengthAt = this.at++;
    if (negative) this.bytesOut[this.at++] = MINUS;
    this.decimalDigits(digits);
    this.bytesOut[lengthAt] = this.at - lengthAt - 1;
    return this;
  }

  /** A field that is a message: to be written next and ended by `join`. */
  open(field: number): this {
    return this.uint32(field * TAG + DELIMITED).fork();
  }

  /** For the generated code, which names the library's class and uses the methods of both. */
  get generated(): BinaryWriter {
    return this as unknown as BinaryWriter;
  }

  /** Begins a length-delimited part whose length is not known yet. */
  fork(): this {
    this.room(1);
    this.forks.push(this.at);
    this.at += 1;
    return this;
  }

  /** Ends it: one byte was kept for the length, a longer one moves the part along. */
  join(): this {
    // Before anything is remembered: a slab that is full moves the message, and every place in it.
    this.room(LENGTH_BYTES_MAX - 1);
    const start = this.forks.pop();
    if (start === undefined) throw new RangeError('join without a fork');
    const length = this.at - start - 1;
    const more = varintBytes(length) - 1;
    if (more > 0) this.bytesOut.copyWithin(start + 1 + more, start + 1, this.at);
    const end = this.at + more;
    this.at = start;
    this.varint(length);
    this.at = end;
    return this;
  }

  private decimalDigits(digits: string): void {
    const out = this.bytesOut;
    const point = digits.length - SCALE;
    const from = Math.max(point, 0);
    let end = digits.length;
    while (end > from && digits.charCodeAt(end - 1) === ZERO_DIGIT) end -= 1;
    if (point <= 0) out[this.at++] = ZERO_DIGIT;
    for (let index = 0; index < point; index += 1) out[this.at++] = digits.charCodeAt(index);
    if (end === from) return;
    out[this.at++] = POINT;
    for (let zeros = point; zeros < 0; zeros += 1) out[this.at++] = ZERO_DIGIT;
    for (let index = from; index < end; index += 1) out[this.at++] = digits.charCodeAt(index);
  }

  /** False, with nothing written, when a character needs more than one byte. */
  private ascii(value: string): boolean {
    const { length } = value;
    this.room(length + 1);
    const out = this.bytesOut;
    const start = this.at + 1;
    for (let i = 0; i < length; i += 1) {
      const code = value.charCodeAt(i);
      if (code > 0x7f) return false;
      out[start + i] = code;
    }
    out[this.at] = length;
    this.at = start + length;
    return true;
  }

  private varint(value: number): void {
    const out = this.bytesOut;
    let rest = value;
    while (rest >= TWO_32) {
      out[this.at++] = (rest % 128) | 0x80;
      rest = Math.floor(rest / 128);
    }
    while (rest > 0x7f) {
      out[this.at++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    out[this.at++] = rest;
  }

  /** 64 bits as two halves: times in nanoseconds are past what one number holds exactly. */
  private halves(lower: number, higher: number): void {
    const out = this.bytesOut;
    let low = lower;
    let high = higher;
    while (high > 0) {
      out[this.at++] = (low & 0x7f) | 0x80;
      low = ((low >>> 7) | (high << 25)) >>> 0;
      high >>>= 7;
    }
    this.varint(low);
  }

  /** A message that does not fit moves to the beginning of a new slab. */
  private room(bytes: number): void {
    if (this.at + bytes <= this.bytesOut.length) return;
    const written = this.at - this.first;
    const slab = new Uint8Array(Math.max(SLAB_BYTES, 2 * (written + bytes)));
    slab.set(this.bytesOut.subarray(this.first, this.at));
    for (let index = 0; index < this.forks.length; index += 1)
      this.forks[index] = (this.forks[index] ?? 0) - this.first;
    this.bytesOut = slab;
    this.view = new DataView(slab.buffer);
    this.first = 0;
    this.at = written;
  }
}

function varintBytes(value: number): number {
  if (value < 0x80) return 1;
  if (value < 0x4000) return 2;
  if (value < 0x200000) return 3;
  return value < 0x10000000 ? 4 : 5;
}
