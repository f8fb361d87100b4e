/**
 * The audit log of what people asked for: INSERT-only and hash-chained in Postgres, and its twin in memory under the
 * same suite. It refuses to change or remove an entry, and the database role it uses could not.
 */
export { opsSchema } from './migrations.js';
export { PostgresAuditLog } from './postgres-audit-log.adapter.js';
export { MemoryAuditLog } from './memory-audit-log.adapter.js';
