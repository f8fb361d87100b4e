import type { AuditEntry, AuditRecord, ChainVerdict } from './audit-record.js';

/** At most so many entries in one answer. */
export const AUDIT_PAGE_MAX = 1_000;

/** The record of what people asked for. It can only grow. */
export abstract class AuditLog {
  /** Resolves when the entry is durable, in the order of the calls. Faults: STORE_UNAVAILABLE. */
  abstract append(record: AuditRecord): Promise<AuditEntry>;
  /** Newest first. Faults: STORE_UNAVAILABLE. */
  abstract recent(limit: number): Promise<readonly AuditEntry[]>;
  /** Reads the whole chain. Faults: STORE_UNAVAILABLE. */
  abstract verify(): Promise<ChainVerdict>;
}
