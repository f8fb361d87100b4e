/**
 * Where the books are kept: Postgres, under the same contract suite as the twin in memory of ledger-core. It refuses to change
 * or delete an entry, to post one that does not balance, and to book an external fact twice.
 */
export { ledgerSchema } from './ledger-schema.js';
export { NodeDigest } from './node-digest.js';
export { PostgresLedgerStore } from './postgres-ledger-store.js';
