/** 64 KiB holds a batch of several hundred orders; the adapter's own batch limit is far below. */
const CAPACITY_BYTES = 65_536;

/** Big-endian bytes into one reusable buffer: signing an order allocates none. */
export class ByteWriter {
  private readonly buffer = new Uint8Array(CAPACITY_BYTES);
  private readonly view = new DataView(this.buffer.buffer);
  private length = 0;

  reset(): this {
    this.length = 0;
    return this;
  }

  /** The bytes so far; valid until the next `reset`. */
  written(): Uint8Array {
    return this.buffer.subarray(0, this.length);
  }

  u8(value: number): void {
    this.view.setUint8(this.advance(1), value);
  }

  u16(value: number): void {
    this.view.setUint16(this.advance(2), value);
  }

  u32(value: number): void {
    this.view.setUint32(this.advance(4), value);
  }

  u64(value: bigint): void {
    this.view.setBigUint64(this.advance(8), value);
  }

  i64(value: bigint): void {
    this.view.setBigInt64(this.advance(8), value);
  }

  bytes(value: Uint8Array): void {
    this.buffer.set(value, this.advance(value.length));
  }

  /** ASCII written in place; false when `text` holds anything else. */
  ascii(text: string): boolean {
    const at = this.length;
    if (at + text.length > CAPACITY_BYTES) this.advance(text.length);
    for (let i = 0; i < text.length; i += 1) {
      const code = text.charCodeAt(i);
      if (code > 127) return false;
      this.buffer[at + i] = code;
    }
    this.length = at + text.length;
    return true;
  }

  private advance(size: number): number {
    const at = this.length;
    if (at + size > CAPACITY_BYTES)
      throw new RangeError(`a message over ${String(CAPACITY_BYTES)} bytes cannot be signed`);
    this.length = at + size;
    return at;
  }
}
