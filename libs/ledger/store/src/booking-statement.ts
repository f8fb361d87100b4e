import { SCALE } from '@argosy/domain';
import { type BookingRequest, dayOf, type Entry, type LedgerAccount, type PreparedBooking } from '@argosy/ledger-core';

/** What the statement needs to know of the account beside the booking itself. */
export interface BookKeys {
  readonly bookId: number;
  readonly expected: { readonly sequence: bigint; readonly hash: Uint8Array };
  readonly idOf: (account: LedgerAccount) => number;
}

const TYPES = [
  'bigint',
  'integer',
  'bigint',
  'bytea',
  'bytea',
  'bigint',
  'bigint',
  'text[]',
  'text[]',
  'text[]',
  'bigint[]',
  'integer[]',
  'text[]',
  'text[]',
  'bigint[]',
  'jsonb',
  'integer[]',
  'smallint[]',
  'integer[]',
  'numeric[]',
  'integer[]',
  'integer[]',
  'numeric[]',
  'text[]',
  'text[]',
  'numeric[]',
  'numeric[]',
  'bigint[]',
];

/** One round trip and one transaction, whatever the size of the batch. */
export const BOOK_STATEMENT = {
  name: 'ledger-book-batch',
  text: `select ledger.book_batch(${TYPES.map((type, index) => `$${String(index + 1)}::${type}`).join(', ')})`,
};

/** Everything after the epoch. */
export function bookingValues(
  { factsSequence, bookedAtNs }: BookingRequest,
  { entries, moved }: PreparedBooking,
  keys: BookKeys,
): unknown[] {
  const positions = [...moved.values()];
  return [
    keys.bookId,
    String(keys.expected.sequence),
    buffer(keys.expected.hash),
    Buffer.concat(entries.map(({ hash }) => hash)),
    String(factsSequence),
    String(bookedAtNs),
    ...entryColumns(entries),
    ...postingColumns(entries, keys.idOf),
    textArray(positions.map(({ strategyId }) => strategyId)),
    textArray(positions.map(({ instrumentId }) => instrumentId)),
    plainArray(positions.map(({ quantity }) => mantissa(quantity))),
    plainArray(positions.map(({ cost }) => mantissa(cost))),
    plainArray(positions.map(({ openedAtNs }) => openedAtNs ?? null)),
  ];
}

function entryColumns(entries: readonly Entry[]): unknown[] {
  return [
    textArray(entries.map(({ venue }) => venue)),
    textArray(entries.map(({ kind }) => kind)),
    textArray(entries.map(({ externalId }) => externalId)),
    plainArray(entries.map(({ occurredAtNs }) => occurredAtNs)),
    plainArray(entries.map(({ epoch }) => epoch)),
    textArray(entries.map(({ strategyId }) => strategyId)),
    textArray(entries.map(({ instrumentId }) => instrumentId)),
    plainArray(entries.map(({ corrects }) => corrects ?? null)),
    JSON.stringify(entries.map(({ details }) => details)),
  ];
}

interface DaySum {
  readonly id: number;
  readonly day: number;
  amount: bigint;
}

/** Postings, and their sums by account and day, so that both projections cost one row an account and not one a posting. */
function postingColumns(entries: readonly Entry[], idOf: BookKeys['idOf']): string[] {
  const counts: number[] = [];
  const lines: number[] = [];
  const ids: number[] = [];
  const amounts: string[] = [];
  const days = new Map<number, Map<number, DaySum>>();
  let count = 0;
  for (const { occurredAtNs, postings } of entries) {
    count += 1;
    const day = dayOf(occurredAtNs);
    const sums = days.get(day) ?? new Map<number, DaySum>();
    days.set(day, sums);
    let line = 0;
    for (const { account, amount } of postings) {
      const id = idOf(account);
      counts.push(count);
      lines.push(line);
      ids.push(id);
      amounts.push(mantissa(amount));
      const sum = sums.get(id);
      if (sum === undefined) sums.set(id, { id, day, amount });
      else sum.amount += amount;
      line += 1;
    }
  }
  return [literal(counts), literal(lines), literal(ids), literal(amounts), ...dayColumns(days)];
}

function dayColumns(days: ReadonlyMap<number, ReadonlyMap<number, DaySum>>): string[] {
  // In a fixed order, so that two bookings could never wait for each other's rows.
  const rows = [...days.values()].flatMap((sums) => [...sums.values()]).sort((a, b) => a.id - b.id || a.day - b.day);
  return [
    plainArray(rows.map(({ id }) => id)),
    plainArray(rows.map(({ day }) => day)),
    plainArray(rows.map(({ amount }) => mantissa(amount))),
  ];
}

/** Exact, and cheaper than canonical text; Postgres reads it into the same numeric. */
const mantissa = (value: bigint): string => `${value}e-${SCALE}`;
/** Array literals by hand: the driver's own quoting costs more than the whole insert. */
const literal = (values: readonly (number | string)[]): string => `{${values.join()}}`;
const plainArray = (values: readonly (bigint | number | string | null)[]): string =>
  `{${values.map((v) => v ?? 'NULL').join(',')}}`;
const NEEDS_ESCAPE = /["\\]/;
const EVERY_ESCAPED = /["\\]/g;
const quoted = (text: string): string =>
  NEEDS_ESCAPE.test(text) ? `"${text.replace(EVERY_ESCAPED, '\\$&')}"` : `"${text}"`;
const textArray = (values: readonly string[]): string => `{${values.map(quoted).join()}}`;
const buffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
