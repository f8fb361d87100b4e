/**
 * The order journal in Postgres and the leadership that its epochs make. One statement a batch, guarded by the epoch;
 * a row the database refuses is our own bug, silence is a Fault. It refuses to decide anything.
 */
export { EXECUTION_SCHEMA_0001 } from './migrations.js';
export { PostgresOrderJournal, type SqlExecutor } from './postgres-order-journal.adapter.js';
export { JournalLeadership } from './journal-leadership.adapter.js';
