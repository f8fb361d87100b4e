/**
 * Leases in Postgres: the schema and the store. A subpath of its own, so that the simulation does not load a driver. It
 * refuses advisory locks, which vanish with a connection and fence nothing.
 */
export { electionSchema, LEASE_ROLES } from './election-schema.js';
export { leasePoolOptions, PostgresLeaseStore } from './postgres-lease-store.adapter.js';
export { PostgresElectionRecord } from './postgres-election-record.adapter.js';
