import { SCALE } from '@argosy/domain';
import { type BookingRequest, dayOf, type Entry, ledgerAccountKey, type PreparedBooking } from '@argosy/ledger-core';

/** What the statement needs to know of the account beside the booking itself. */
export interface BookKeys {
  readonly bookId: number;
  readonly expected: { readonly sequence: bigint; readonly hash: Uint8Array };
  /** Row ids by `ledgerAccountKey`. */
  readonly accountIds: ReadonlyMap<string, number>;
}

const TYPES = [
  'integer',
  'bigint',
  'bytea',
  'bigint',
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
  'bytea[]',
  'bytea[]',
  'bigint[]',
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
  name: 'ledger-book',
  text: `select ledger.book(${TYPES.map((type, index) => `$${String(index + 1)}::${type}`).join(', ')})`,
};

export function bookingValues(
  { factsSequence, bookedAtNs }: BookingRequest,
  { entries, head, moved }: PreparedBooking,
  keys: BookKeys,
): unknown[] {
  const positions = [...moved.values()];
  return [
    keys.bookId,
    String(keys.expected.sequence),
    buffer(keys.expected.hash),
    String(head.sequence),
    buffer(head.hash),
    String(factsSequence),
    String(bookedAtNs),
    ...entryColumns(entries),
    ...postingColumns(entries, keys.accountIds),
    ...dayColumns(entries, keys.accountIds),
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
    bytesArray(entries.map(({ previousHash }) => previousHash)),
    bytesArray(entries.map(({ hash }) => hash)),
  ];
}

function postingColumns(entries: readonly Entry[], accountIds: ReadonlyMap<string, number>): string[] {
  const sequences: bigint[] = [];
  const lines: number[] = [];
  const accounts: number[] = [];
  const amounts: string[] = [];
  for (const { sequence, postings } of entries) {
    postings.forEach(({ account, amount }, line) => {
      sequences.push(sequence);
      lines.push(line);
      accounts.push(idOf(accountIds, ledgerAccountKey(account)));
      amounts.push(mantissa(amount));
    });
  }
  return [sequences, lines, accounts, amounts].map(plainArray);
}

/** Sums by account and day, so that both projections cost one row an account and not one a posting. */
function dayColumns(entries: readonly Entry[], accountIds: ReadonlyMap<string, number>): string[] {
  const sums = new Map<string, { id: number; day: number; amount: bigint }>();
  for (const { occurredAtNs, postings } of entries) {
    const day = dayOf(occurredAtNs);
    for (const { account, amount } of postings) {
      const id = idOf(accountIds, ledgerAccountKey(account));
      const key = `${String(day)}/${String(id)}`;
      const sum = sums.get(key);
      if (sum === undefined) sums.set(key, { id, day, amount });
      else sum.amount += amount;
    }
  }
  // In a fixed order, so that two bookings could never wait for each other's rows.
  const rows = [...sums.values()].sort((a, b) => a.id - b.id || a.day - b.day);
  return [
    plainArray(rows.map(({ id }) => id)),
    plainArray(rows.map(({ day }) => day)),
    plainArray(rows.map(({ amount }) => mantissa(amount))),
  ];
}

function idOf(accountIds: ReadonlyMap<string, number>, key: string): number {
  const id = accountIds.get(key);
  if (id === undefined) throw new RangeError(`no row for ledger account ${key}`);
  return id;
}

/** Exact, and cheaper than canonical text; Postgres reads it into the same numeric. */
const mantissa = (value: bigint): string => `${value}e-${SCALE}`;
/** Array literals by hand: the driver's own quoting costs more than the whole insert. */
const plainArray = (values: readonly (bigint | number | string | null)[]): string =>
  `{${values.map((v) => v ?? 'NULL').join(',')}}`;
const bytesArray = (values: readonly Uint8Array[]): string =>
  `{${values.map((v) => `"\\\\x${buffer(v).toString('hex')}"`).join(',')}}`;
const NEEDS_ESCAPE = /["\\]/g;
const textArray = (values: readonly string[]): string =>
  `{${values.map((v) => `"${v.replace(NEEDS_ESCAPE, '\\$&')}"`).join(',')}}`;
const buffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
