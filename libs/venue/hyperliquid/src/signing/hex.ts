const DIGITS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** `0x` and two lower-case digits a byte, leading zeros kept. */
export function toHex(bytes: Uint8Array, start = 0, end = bytes.length): string {
  let text = '0x';
  for (let i = start; i < end; i += 1) text += DIGITS[bytes[i] as number] as string;
  return text;
}

/** @throws RangeError unless `text` is `0x` and `length` bytes; the text itself is never part of the message. */
export function fromHex(text: string, length: number, what: string): Uint8Array {
  if (!/^0x[0-9a-fA-F]*$/.test(text) || text.length !== 2 + 2 * length) {
    throw new RangeError(`${what} must be 0x and ${String(2 * length)} hex digits`);
  }
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i += 1) bytes[i] = Number.parseInt(text.slice(2 + 2 * i, 4 + 2 * i), 16);
  return bytes;
}
