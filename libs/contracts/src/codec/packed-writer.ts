import type { BinaryWriter } from '@bufbuild/protobuf/wire';

const FIRST_BYTES = 4_096;
const ASCII_LENGTH_MAX = 96;
const TWO_32 = 4_294_967_296;
const SAFE_MAX = BigInt(Number.MAX_SAFE_INTEGER);
const utf8 = new TextEncoder();

/**
 * Writes the protobuf wire format (https://protobuf.dev/programming-guides/encoding) into one buffer that is kept between
 * messages. The generated code writes into whatever it is given; the library's own writer collects small arrays and costs
 * several times as much. Not re-entrant, and need not be: encoding never waits.
 */
export class PackedWriter {
  private bytesOut = new Uint8Array(FIRST_BYTES);
  private view = new DataView(this.bytesOut.buffer);
  private at = 0;
  private readonly forks: number[] = [];

  /** Begins anew. What an encoding that threw left behind is gone. */
  begin(): BinaryWriter {
    this.at = 0;
    this.forks.length = 0;
    // The generated code names the library's class, whose private fields make it nominal; it uses these methods only.
    return this as unknown as BinaryWriter;
  }

  finish(): Uint8Array {
    return this.bytesOut.slice(0, this.at);
  }

  uint32(value: number): this {
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
    if (value >= 0n && value <= SAFE_MAX) this.varint(Number(value));
    else this.bigVarint(BigInt.asUintN(64, value));
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

  /** Begins a length-delimited part whose length is not known yet. */
  fork(): this {
    this.room(1);
    this.forks.push(this.at);
    this.at += 1;
    return this;
  }

  /** Ends it: one byte was kept for the length, a longer one moves the part along. */
  join(): this {
    const start = this.forks.pop();
    if (start === undefined) throw new RangeError('join without a fork');
    const length = this.at - start - 1;
    const more = varintBytes(length) - 1;
    if (more > 0) {
      this.room(more);
      this.bytesOut.copyWithin(start + 1 + more, start + 1, this.at);
    }
    const end = this.at + more;
    this.at = start;
    this.varint(length);
    this.at = end;
    return this;
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
  private bigVarint(value: bigint): void {
    const out = this.bytesOut;
    let low = Number(value & 0xffffffffn);
    let high = Number(value >> 32n);
    while (high > 0) {
      out[this.at++] = (low & 0x7f) | 0x80;
      low = ((low >>> 7) | (high << 25)) >>> 0;
      high >>>= 7;
    }
    this.varint(low);
  }

  private room(bytes: number): void {
    if (this.at + bytes <= this.bytesOut.length) return;
    const larger = new Uint8Array(Math.max(this.bytesOut.length * 2, this.at + bytes));
    larger.set(this.bytesOut);
    this.bytesOut = larger;
    this.view = new DataView(larger.buffer);
  }
}

function varintBytes(value: number): number {
  if (value < 0x80) return 1;
  if (value < 0x4000) return 2;
  if (value < 0x200000) return 3;
  return value < 0x10000000 ? 4 : 5;
}
