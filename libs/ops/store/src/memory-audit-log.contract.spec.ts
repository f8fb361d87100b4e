import { createHash } from 'node:crypto';
import { MemoryAuditLog } from './memory-audit-log.adapter.js';
import { auditLogContract } from './testing/audit-log.contract.js';

describe('MemoryAuditLog', () => {
  auditLogContract(() =>
    Promise.resolve(new MemoryAuditLog((content) => createHash('sha256').update(content).digest('hex'))),
  );
});
