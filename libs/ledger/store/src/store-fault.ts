import { Fault } from '@argosy/domain';

/** SQLSTATE classes that say the server, not the statement, is in trouble. */
const TROUBLE = /^(08|53|57|58|40|55P03)/;

export const sqlState = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

export const constraintOf = (error: unknown): string =>
  error instanceof Error && 'constraint' in error && typeof error.constraint === 'string' ? error.constraint : '';

/**
 * What the driver threw, in the fleet's words: trouble with the server is a Fault STORE_UNAVAILABLE (the booking may have
 * happened), anything else is a statement the database refused and stays as it is: our bug, loud.
 */
export function storeFault(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const state = sqlState(error);
  const fromServer = /^[0-9A-Z]{5}$/.test(state);
  if (fromServer && !TROUBLE.test(state)) return error;
  return new Fault('STORE_UNAVAILABLE', `ledger store: ${error.message}`, { cause: error });
}
