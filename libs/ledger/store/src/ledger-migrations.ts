import { LEDGER_0001 } from './migrations/0001-ledger.js';

export interface LedgerMigration {
  /** Sorts; never renamed once released. */
  readonly name: string;
  readonly sql: string;
}

/** In order; expand first, contract a release later. */
export const LEDGER_MIGRATIONS: readonly LedgerMigration[] = [{ name: 'ledger-0001-books', sql: LEDGER_0001 }];
