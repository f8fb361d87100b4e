import type { Digest } from './digest.port.js';

export type AuditPhase = 'intent' | 'outcome' | 'refusal';

/** One thing a person asked for, before it was done, after it, or that it was refused (I-48). */
export interface AuditRecord {
  /** Joins the intent and the outcome of one request. */
  readonly requestId: string;
  readonly phase: AuditPhase;
  /** Ns since 1970 UTC. */
  readonly atNs: bigint;
  /** `unknown` when nobody could be recognised. */
  readonly actor: string;
  readonly role: string;
  readonly via: string;
  /** Of the policy table, e.g. `killswitch.kill`. */
  readonly action: string;
  /** Method and path. */
  readonly route: string;
  readonly decision: 'allowed' | 'refused';
  /** In the person's own words, or the code of the refusal. */
  readonly reason: string;
  /** SHA-256 of the canonical text of the request. */
  readonly requestHash: string;
  /** What came of it, as JSON; empty for an intent. */
  readonly outcome: string;
}

export interface AuditEntry extends AuditRecord {
  /** 1 and up without a gap. */
  readonly sequence: bigint;
  readonly previousHash: string;
  readonly hash: string;
}

/** What the first entry follows. */
export const GENESIS_HASH = '0'.repeat(64);
const ENCODING = 'argosy-audit-v1';

/** Each part with its length before it, so that no two records have one text. */
function encode(record: AuditRecord, sequence: bigint, previousHash: string): string {
  const parts = [
    ENCODING,
    String(sequence),
    previousHash,
    record.requestId,
    record.phase,
    String(record.atNs),
    record.actor,
    record.role,
    record.via,
    record.action,
    record.route,
    record.decision,
    record.reason,
    record.requestHash,
    record.outcome,
  ];
  return parts.map((part) => `${String(part.length)}:${part}`).join('');
}

/** The record as the next link of the chain. */
export function chainAudit(
  record: AuditRecord,
  last: Pick<AuditEntry, 'sequence' | 'hash'> | undefined,
  digest: Digest,
): AuditEntry {
  const sequence = (last?.sequence ?? 0n) + 1n;
  const previousHash = last?.hash ?? GENESIS_HASH;
  return { ...record, sequence, previousHash, hash: digest(encode(record, sequence, previousHash)) };
}

export type ChainVerdict =
  | { readonly valid: true; readonly entries: bigint; readonly headHash: string }
  | { readonly valid: false; readonly atSequence: bigint; readonly why: string };

/**
 * Whether nothing in the chain was changed, removed, inserted or moved (I-47).
 * @param entries in order; the whole chain, or a run that continues what `from` describes
 */
export function verifyAuditChain(
  entries: Iterable<AuditEntry>,
  digest: Digest,
  from?: Pick<AuditEntry, 'sequence' | 'hash'>,
): ChainVerdict {
  let last = from;
  for (const entry of entries) {
    const expected = chainAudit(entry, last, digest);
    const why =
      entry.sequence !== expected.sequence
        ? `sequence ${String(entry.sequence)} stands where ${String(expected.sequence)} belongs`
        : entry.previousHash !== expected.previousHash
          ? 'it does not follow the entry before it'
          : entry.hash !== expected.hash
            ? 'its content is not what was hashed'
            : undefined;
    if (why !== undefined) return { valid: false, atSequence: expected.sequence, why };
    last = entry;
  }
  return { valid: true, entries: last?.sequence ?? 0n, headHash: last?.hash ?? GENESIS_HASH };
}
