/**
 * Where the books are kept: Postgres, and a twin in memory for simulation, under one contract suite. It refuses to change
 * or delete an entry, to post one that does not balance, and to book an external fact twice.
 */
export { LEDGER_MIGRATIONS, type LedgerMigration } from './ledger-migrations.js';
export { MemoryLedgerStore } from './memory-ledger-store.js';
export { NodeDigest } from './node-digest.js';
export { PostgresLedgerStore } from './postgres-ledger-store.js';
