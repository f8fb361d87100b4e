/**
 * Postgres for the fleet: exact numbers, statement limits, one migrator for all schemas with one role
 * each. It refuses to round, to hide that a commit may have happened, and to let a service touch another's schema.
 */
export { Database, type DatabaseParts, type Row, type SqlExecutor, type Statement } from './database.js';
export { contract, expand, type Migration, MigrationError, type ServiceSchema } from './migration.js';
export { type MigrateOptions, Migrator, type MigratorParts } from './migrator.js';
export { exactTypes, openPool, type PoolOptions } from './open-pool.js';
export { poolOptions, POSTGRES_PREFIXES, type PostgresFields, withPostgres } from './postgres-config.js';
export { constraintOf, retryable, sqlState, type SqlTrouble, storeFault, troubleOf } from './sql-error.js';
