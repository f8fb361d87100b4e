import {
  type AuditEntry,
  AuditLog,
  AUDIT_PAGE_MAX,
  type AuditRecord,
  chainAudit,
  type ChainVerdict,
  type Digest,
  verifyAuditChain,
} from '@argosy/ops-core';

/** The twin of the Postgres log for specs and simulation, under the same suite. */
export class MemoryAuditLog extends AuditLog {
  readonly entries: AuditEntry[] = [];

  constructor(private readonly digest: Digest) {
    super();
  }

  override append(record: AuditRecord): Promise<AuditEntry> {
    const entry = chainAudit(record, this.entries.at(-1), this.digest);
    this.entries.push(entry);
    return Promise.resolve(entry);
  }

  override recent(limit: number): Promise<readonly AuditEntry[]> {
    return Promise.resolve(this.entries.slice(-Math.min(Math.max(limit, 1), AUDIT_PAGE_MAX)).reverse());
  }

  override verify(): Promise<ChainVerdict> {
    return Promise.resolve(verifyAuditChain(this.entries, this.digest));
  }
}
