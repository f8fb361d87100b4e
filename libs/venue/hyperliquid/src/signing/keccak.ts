import { permute } from './keccak-permutation.js';

const RATE_BYTES = 136;
const HASH_BYTES = 32;
const STATE_BYTES = 200;

const state = new Int32Array(STATE_BYTES / 4);
/** The same memory as bytes; lanes are little-endian, as every machine we run on is. */
const bytes = new Uint8Array(state.buffer);

/** Keccak-256 as Ethereum uses it (padding 0x01, not SHA-3's 0x06). One state for all calls: it never yields midway. */
export function keccak256(message: Uint8Array): Uint8Array {
  state.fill(0);
  let at = 0;
  for (const byte of message) {
    bytes[at] = (bytes[at] as number) ^ byte;
    at += 1;
    if (at === RATE_BYTES) {
      permute(state);
      at = 0;
    }
  }
  bytes[at] = (bytes[at] as number) ^ 0x01;
  bytes[RATE_BYTES - 1] = (bytes[RATE_BYTES - 1] as number) ^ 0x80;
  permute(state);
  return bytes.slice(0, HASH_BYTES);
}
