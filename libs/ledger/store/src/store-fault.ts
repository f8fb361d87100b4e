import { Fault } from '@argosy/domain';

/**
 * SQLSTATE classes that say the server, not the statement, is in trouble; 40 is a transaction that lost a race, XX is also
 * what Postgres says of a file that may not grow.
 */
const TROUBLE = /^(08|40|53|57|58|XX|55P03)/;
const SQL_STATE = /^[0-9A-Z]{5}$/;
/** What the driver and the socket say without a SQLSTATE. */
const LOST =
  /^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EHOSTUNREACH|EAI_)|connection (terminated|ended)|connection error|timeout|pool after calling end/i;

/** By shape and not by class: socket errors are made in a realm of their own under test runners. */
const textOf = (error: unknown, name: 'code' | 'constraint' | 'message'): string => {
  const value =
    typeof error === 'object' && error !== null ? (error as Readonly<Record<string, unknown>>)[name] : undefined;
  return typeof value === 'string' ? value : '';
};

export const sqlState = (error: unknown): string => textOf(error, 'code');
export const constraintOf = (error: unknown): string => textOf(error, 'constraint');

/**
 * What the driver threw, in the fleet's words: trouble with the server is a Fault STORE_UNAVAILABLE (the booking may have
 * happened); anything else, a refused statement above all, stays as it is and is our bug, loud.
 */
export function storeFault(error: unknown): unknown {
  const code = textOf(error, 'code');
  const message = textOf(error, 'message');
  const trouble = SQL_STATE.test(code) ? TROUBLE.test(code) : LOST.test(code) || LOST.test(message);
  if (error instanceof Fault || !trouble) return error;
  return new Fault('STORE_UNAVAILABLE', `ledger store: ${message === '' ? code : message}`, { cause: error });
}
