/**
 * The order journal in Postgres and its twin in memory. One statement a batch, guarded by the epoch;
 * a row the database refuses is our own bug, silence is a Fault. It refuses to decide anything.
 */
export { executionSchema } from './migrations.js';
export { PostgresOrderJournal } from './postgres-order-journal.adapter.js';
export { MemoryOrderJournal } from './memory-order-journal.adapter.js';
