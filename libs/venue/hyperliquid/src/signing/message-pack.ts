import type { ByteWriter } from './byte-writer.js';

/** What an action may be made of. Key order is part of what is signed, so an action is a plain object built in order. */
export type PackValue =
  string | number | bigint | boolean | null | readonly PackValue[] | { readonly [key: string]: PackValue };

const U8_MAX = 0xff;
const U16_MAX = 0xffff;
const U32_MAX = 0xffff_ffff;

function writeText(out: ByteWriter, text: string): void {
  if (text.length < 32) {
    out.u8(0xa0 | text.length);
  } else if (text.length <= U8_MAX) {
    out.u8(0xd9);
    out.u8(text.length);
  } else {
    out.u8(0xda);
    out.u16(text.length);
  }
  // Every word of an action is ASCII; anything else would count characters where the format counts bytes.
  if (!out.ascii(text)) throw new RangeError(`not ASCII: '${text.slice(0, 64)}'`);
}

function writePositive(out: ByteWriter, value: number): void {
  if (value < 0x80) out.u8(value);
  else if (value <= U8_MAX) {
    out.u8(0xcc);
    out.u8(value);
  } else if (value <= U16_MAX) {
    out.u8(0xcd);
    out.u16(value);
  } else if (value <= U32_MAX) {
    out.u8(0xce);
    out.u32(value);
  } else {
    out.u8(0xcf);
    out.u64(BigInt(value));
  }
}

function writeInteger(out: ByteWriter, value: number): void {
  // A fraction would be packed as a float, which no action holds: it is a price that was not turned into text.
  if (!Number.isSafeInteger(value)) throw new RangeError(`not a whole number below 2^53: ${String(value)}`);
  if (value >= 0) {
    writePositive(out, value);
  } else if (value >= -32) {
    out.u8(value & U8_MAX);
  } else {
    out.u8(0xd3);
    out.i64(BigInt(value));
  }
}

function writeHeader(out: ByteWriter, short: number, long: number, count: number): void {
  if (count < 16) {
    out.u8(short | count);
  } else {
    out.u8(long);
    out.u16(count);
  }
}

function writeMap(out: ByteWriter, map: { readonly [key: string]: PackValue }): void {
  const keys = Object.keys(map);
  writeHeader(out, 0x80, 0xde, keys.length);
  for (const key of keys) {
    writeText(out, key);
    writeValue(out, map[key] as PackValue);
  }
}

/**
 * MessagePack in the shortest form, maps in insertion order: the form the venue hashes an action in.
 * @throws RangeError for a number that is not a safe integer.
 */
export function writeValue(out: ByteWriter, value: PackValue): void {
  if (typeof value === 'string') writeText(out, value);
  else if (typeof value === 'number') writeInteger(out, value);
  else if (typeof value === 'bigint') writeInteger(out, Number(value));
  else if (typeof value === 'boolean') out.u8(value ? 0xc3 : 0xc2);
  else if (value === null) out.u8(0xc0);
  else if (Array.isArray(value)) {
    writeHeader(out, 0x90, 0xdc, value.length);
    for (const item of value as readonly PackValue[]) writeValue(out, item);
  } else writeMap(out, value as { readonly [key: string]: PackValue });
}
