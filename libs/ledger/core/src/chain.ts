import type { ChainHead } from './booking-state.js';
import type { Digest } from './digest.port.js';
import type { Entry } from './entry.js';
import { encodeEntry, type UnsealedEntry } from './entry-encoding.js';

/** What the first entry of every chain points at. */
export const GENESIS_HASH = new Uint8Array(32);
export const GENESIS: ChainHead = { sequence: 0n, hash: GENESIS_HASH };

/** hash = SHA-256(previous hash ‖ canonical bytes). */
export const hashEntry = (digest: Digest, previousHash: Uint8Array, entry: UnsealedEntry): Uint8Array =>
  digest.sha256(previousHash, encodeEntry(entry));

/** Puts an entry at the end of its account's chain. */
export function sealEntry(digest: Digest, previousHash: Uint8Array, entry: UnsealedEntry): Entry {
  return { ...entry, previousHash, hash: hashEntry(digest, previousHash, entry) };
}

export interface ChainBreak {
  /** Sequence of the first entry that does not belong where it stands. */
  readonly sequence: bigint;
  readonly reason: 'changed' | 'missing' | 'out_of_order' | 'not_linked' | 'truncated';
  readonly expected: string;
  readonly found: string;
}

/**
 * Walks a run of one account's entries in stored order and names the first bad one (I-47): a changed entry hashes
 * otherwise, a deleted one leaves a hole in the sequence, an inserted or moved one does not link to its neighbour.
 * Returns the head reached, so that a long chain is verified in pages.
 */
export function verifyChain(
  digest: Digest,
  from: ChainHead,
  entries: Iterable<Entry>,
): { readonly ok: true; readonly head: ChainHead } | { readonly ok: false; readonly broken: ChainBreak } {
  let head = from;
  for (const entry of entries) {
    const broken = brokenLink(digest, head, entry);
    if (broken !== undefined) return { ok: false, broken };
    head = { sequence: entry.sequence, hash: entry.hash };
  }
  return { ok: true, head };
}

function brokenLink(digest: Digest, head: ChainHead, entry: Entry): ChainBreak | undefined {
  const expected = head.sequence + 1n;
  if (entry.sequence > expected)
    return { sequence: expected, reason: 'missing', expected: String(expected), found: String(entry.sequence) };
  if (entry.sequence < expected)
    return {
      sequence: entry.sequence,
      reason: 'out_of_order',
      expected: String(expected),
      found: String(entry.sequence),
    };
  if (!sameBytes(entry.previousHash, head.hash)) {
    return { sequence: entry.sequence, reason: 'not_linked', expected: hex(head.hash), found: hex(entry.previousHash) };
  }
  const hash = hashEntry(digest, entry.previousHash, entry);
  if (!sameBytes(hash, entry.hash))
    return { sequence: entry.sequence, reason: 'changed', expected: hex(hash), found: hex(entry.hash) };
  return undefined;
}

/** A chain that ends before the head that was recorded for it has lost its tail. */
export function truncation(recorded: ChainHead, reached: ChainHead): ChainBreak | undefined {
  if (recorded.sequence === reached.sequence && sameBytes(recorded.hash, reached.hash)) return undefined;
  return {
    sequence: reached.sequence + 1n,
    reason: 'truncated',
    expected: `${String(recorded.sequence)} ${hex(recorded.hash)}`,
    found: `${String(reached.sequence)} ${hex(reached.hash)}`,
  };
}

export const describeChainBreak = (account: string, { sequence, reason, expected, found }: ChainBreak): string =>
  `chain of ${account} broken at entry ${String(sequence)}: ${reason} (expected ${expected}, found ${found})`;

export const sameBytes = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, index) => byte === b[index]);

const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
