import { Encoder } from '@msgpack/msgpack';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { concatBytes, hexToBytes } from '@noble/hashes/utils.js';
import { inVenueOrder, type Json, type JsonObject } from './field-order.js';

const encoder = new Encoder({ useBigInt64: true });
const INT32_MIN = -(2 ** 31);
const UINT32_MAX = 2 ** 32 - 1;

/** Integers beyond 32 bits are 64-bit integers in the venue's encoding; the encoder would make them floats. */
function widen(value: Json): unknown {
  if (Array.isArray(value)) return (value as readonly Json[]).map(widen);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, widen(inner)]));
  }
  const wide = typeof value === 'number' && Number.isInteger(value) && (value > UINT32_MAX || value < INT32_MIN);
  return wide ? BigInt(value) : value;
}

function uint64(value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value));
  return bytes;
}

/** An action together with everything else its signature covers. */
export interface SignedContent {
  readonly action: JsonObject;
  /** Milliseconds since 1970 by convention; any safe integer. */
  readonly nonce: number;
  /** `0x` and 40 hex digits, any case. */
  readonly vaultAddress?: string;
  /** Milliseconds since 1970. */
  readonly expiresAfter?: number;
}

/**
 * The 32-byte hash that an L1 action's signature covers: keccak of the msgpack of the action, the nonce, a vault marker
 * and, when given, an expiry (Hyperliquid, "Signing"; the same bytes as the official Python SDK).
 */
export function actionHash({ action, nonce, vaultAddress, expiresAfter }: SignedContent): Uint8Array {
  const parts = [encoder.encode(widen(inVenueOrder(action))), uint64(nonce)];
  if (vaultAddress === undefined) parts.push(Uint8Array.of(0));
  else parts.push(Uint8Array.of(1), hexToBytes(vaultAddress.slice(2).toLowerCase()));
  if (expiresAfter !== undefined) parts.push(Uint8Array.of(0), uint64(expiresAfter));
  return keccak_256(concatBytes(...parts));
}
