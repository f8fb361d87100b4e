/** How one message type becomes bytes and back. Decoding refuses what it cannot fully understand. */
export interface Codec<T> {
  /** Name of the message type, for errors and schema checks. */
  readonly name: string;
  encode(message: T): Uint8Array;
  /** @throws Fault MESSAGE_INVALID for truncated bytes, unknown enum values or values out of range. */
  decode(bytes: Uint8Array): T;
}
