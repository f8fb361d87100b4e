import { Fault } from '@argosy/domain';

/**
 * What an error of the driver means for the caller. `lost_race`: rolled back for sure, the same work may be tried again.
 * `unavailable`: the server or the way to it is in trouble, and a commit may or may not have happened. `refused`: the
 * statement or its rows are wrong, trying again changes nothing.
 */
export type SqlTrouble = 'lost_race' | 'unavailable' | 'refused';

const SQL_STATE = /^[0-9A-Z]{5}$/;
/** Serialization failure, deadlock, lock not available: Postgres has rolled the transaction back. */
const LOST_RACE = new Set(['40001', '40P01', '55P03']);
/**
 * Connection, resources, operator intervention, system, internal: source is the appendix of SQLSTATE classes in the manual.
 * `XX000` is also what Postgres says of a file that may not grow (a quota, a limit of file sizes): only a disk without room
 * has a code of its own, 53100.
 */
const UNAVAILABLE_CLASS = /^(08|53|57|58|XX)/;
const LOST_SOCKET = /^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EHOSTUNREACH|ENETUNREACH|EAI_)/;
const LOST_WORDS =
  /connection (terminated|ended)|connection error|client has encountered|query read timeout|timeout e(xceeded|xpired)|timeout when trying/i;

/** By shape and not by class: test runners give errors of sockets another realm. */
function textOf(error: unknown, name: 'code' | 'constraint' | 'message'): string {
  const value =
    typeof error === 'object' && error !== null ? (error as Readonly<Record<string, unknown>>)[name] : undefined;
  return typeof value === 'string' ? value : '';
}

export const sqlState = (error: unknown): string => textOf(error, 'code');
/** Name of the constraint that refused a row, or empty. */
export const constraintOf = (error: unknown): string => textOf(error, 'constraint');

export function troubleOf(error: unknown): SqlTrouble {
  const code = sqlState(error);
  if (LOST_RACE.has(code)) return 'lost_race';
  if (SQL_STATE.test(code)) return UNAVAILABLE_CLASS.test(code) ? 'unavailable' : 'refused';
  return LOST_SOCKET.test(code) || LOST_WORDS.test(textOf(error, 'message')) ? 'unavailable' : 'refused';
}

/** Whether the same transaction may be run again without asking whether it happened. */
export const retryable = (error: unknown): boolean => troubleOf(error) === 'lost_race';

/**
 * The driver's error in the fleet's words: trouble with the server is a Fault STORE_UNAVAILABLE, which may have reached
 * it; a refused statement stays as it is, because it is a bug of ours and loud.
 */
export function storeFault(error: unknown, what: string): unknown {
  if (error instanceof Fault || troubleOf(error) === 'refused') return error;
  const reason = textOf(error, 'message') || sqlState(error) || 'no reason given';
  return new Fault('STORE_UNAVAILABLE', `${what}: ${reason}`, { cause: error });
}
