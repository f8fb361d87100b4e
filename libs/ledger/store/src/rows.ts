import {
  accountId,
  type AccountKind,
  type Amount,
  assert,
  instrumentId,
  parseAmount,
  timeNs,
  type Venue,
} from '@argosy/domain';
import type {
  AccountTotal,
  DayTotal,
  Entry,
  EntryKind,
  HeldPosition,
  LedgerAccount,
  LedgerAccountBooks,
  LedgerAccountType,
  LedgerBreak,
  Posting,
} from '@argosy/ledger-core';
import { isLedgerAccountType } from '@argosy/ledger-core';

/** Postgres hands `numeric` and `bigint` back as text precisely so that nobody rounds them; so do these rows. */
export interface BookRow {
  readonly id: number;
  readonly account_id: string;
  readonly venue: string;
  readonly account_kind: string;
  readonly head_sequence: string;
  readonly head_hash: Buffer;
  readonly facts_sequence: string;
}

export const BOOK_COLUMNS = 'id, account_id, venue, account_kind, head_sequence, head_hash, facts_sequence';

export const bookFromRow = (row: BookRow): LedgerAccountBooks => ({
  accountId: accountId(row.account_id),
  accountKind: row.account_kind as AccountKind,
  venue: row.venue as Venue,
  head: { sequence: BigInt(row.head_sequence), hash: bytes(row.head_hash) },
  factsSequence: BigInt(row.facts_sequence),
});

export interface EntryRow {
  readonly account_id: string;
  readonly book_id: number;
  readonly sequence: string;
  readonly venue: string;
  readonly kind: string;
  readonly external_id: string;
  readonly occurred_at_ns: string;
  readonly booked_at_ns: string;
  readonly epoch: number;
  readonly strategy_id: string;
  readonly instrument_id: string;
  readonly corrects: string | null;
  readonly details: Readonly<Record<string, string>>;
  readonly previous_hash: Buffer;
  readonly hash: Buffer;
}

export const entryFromRow = (row: EntryRow, postings: readonly Posting[]): Entry => ({
  accountId: accountId(row.account_id),
  venue: row.venue as Venue,
  kind: row.kind as EntryKind,
  externalId: row.external_id,
  occurredAtNs: timeNs(BigInt(row.occurred_at_ns)),
  bookedAtNs: timeNs(BigInt(row.booked_at_ns)),
  epoch: row.epoch,
  strategyId: row.strategy_id,
  instrumentId: row.instrument_id,
  ...(row.corrects === null ? {} : { corrects: BigInt(row.corrects) }),
  details: row.details,
  postings,
  sequence: BigInt(row.sequence),
  previousHash: bytes(row.previous_hash),
  hash: bytes(row.hash),
});

export interface LedgerAccountRow {
  readonly type: string;
  readonly strategy_id: string;
  readonly instrument_id: string;
  readonly asset: string;
}

export function ledgerAccountFromRow(row: LedgerAccountRow): LedgerAccount {
  assert(isLedgerAccountType(row.type), `ledger.accounts holds type '${row.type}', which this release does not know`);
  const type: LedgerAccountType = row.type;
  return { type, strategyId: row.strategy_id, instrumentId: row.instrument_id, asset: row.asset };
}

export interface TotalRow extends LedgerAccountRow {
  readonly account_id: string;
  readonly amount: string;
}
export const totalFromRow = (row: TotalRow): AccountTotal => ({
  accountId: accountId(row.account_id),
  account: ledgerAccountFromRow(row),
  amount: amount(row.amount),
});
export const dayTotalFromRow = (row: TotalRow & { readonly day: number }): DayTotal => ({
  ...totalFromRow(row),
  day: row.day,
});

export interface PositionRow {
  readonly account_id: string;
  readonly strategy_id: string;
  readonly instrument_id: string;
  readonly quantity: string;
  readonly cost: string;
  readonly opened_at_ns: string | null;
}
export const positionFromRow = (row: PositionRow): HeldPosition => ({
  accountId: accountId(row.account_id),
  strategyId: row.strategy_id,
  instrumentId: instrumentId(row.instrument_id),
  quantity: amount(row.quantity),
  cost: amount(row.cost),
  ...(row.opened_at_ns === null ? {} : { openedAtNs: timeNs(BigInt(row.opened_at_ns)) }),
});

export interface BreakRow {
  readonly account_id: string;
  readonly external_id: string;
  readonly code: string;
  readonly description: string;
  readonly found_at_ns: string;
}
export const breakFromRow = (row: BreakRow): LedgerBreak => ({
  accountId: accountId(row.account_id),
  externalId: row.external_id,
  code: row.code,
  description: row.description,
  foundAtNs: timeNs(BigInt(row.found_at_ns)),
});

/** numeric(38,12) can hold more digits before the point than a command may carry; sums of many entries need them. */
export function amount(text: string): Amount {
  const [whole = '', fraction = ''] = text.split('.');
  if (whole.length <= 20) return parseAmount(text);
  return BigInt(whole + fraction.padEnd(12, '0')) as Amount;
}

const bytes = (buffer: Buffer): Uint8Array => new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length);
