import type { AccountId } from '@argosy/domain';
import type { Entry, Posting } from '@argosy/ledger-core';
import { amount, entryFromRow, type EntryRow, ledgerAccountFromRow, type LedgerAccountRow } from './rows.js';

export type Rows = <R>(text: string, values?: readonly unknown[]) => Promise<R[]>;

export const ENTRY_COLUMNS = `b.account_id, e.book_id, e.sequence, e.venue, e.kind, e.external_id, e.occurred_at_ns, e.booked_at_ns,
  e.epoch, e.strategy_id, e.instrument_id, e.corrects, e.details, e.previous_hash, e.hash`;

type PostingRow = LedgerAccountRow & { readonly book_id: number; readonly sequence: string; readonly amount: string };

/** Entries with their postings, for rows already chosen; the order of `rows` is kept. */
export async function withPostings(rows: Rows, entries: readonly EntryRow[]): Promise<Entry[]> {
  if (entries.length === 0) return [];
  const postings = await rows<PostingRow>(
    `select p.book_id, p.sequence, a.type, a.strategy_id, a.instrument_id, a.asset, p.amount
       from unnest($1::integer[], $2::bigint[]) as w (book_id, sequence)
       join ledger.postings p using (book_id, sequence) join ledger.accounts a on a.id = p.account_id
      order by p.book_id, p.sequence, p.line`,
    [entries.map(({ book_id }) => book_id), entries.map(({ sequence }) => sequence)],
  );
  const byEntry = new Map<string, Posting[]>();
  for (const row of postings) {
    const key = `${String(row.book_id)}/${row.sequence}`;
    const list = byEntry.get(key) ?? [];
    list.push({ account: ledgerAccountFromRow(row), amount: amount(row.amount) });
    byEntry.set(key, list);
  }
  return entries.map((row) => entryFromRow(row, byEntry.get(`${String(row.book_id)}/${row.sequence}`) ?? []));
}

/** One account's entries after a sequence, ascending. The book is looked up first, so that the index gives the order. */
export async function readEntries(
  rows: Rows,
  accountId: AccountId,
  afterSequence: bigint,
  limit: number,
): Promise<Entry[]> {
  const found = await rows<EntryRow>(
    `select ${ENTRY_COLUMNS} from ledger.entries e join ledger.books b on b.id = e.book_id
      where e.book_id = (select id from ledger.books where account_id = $1) and e.sequence > $2
      order by e.sequence limit $3`,
    [accountId, String(afterSequence), limit],
  );
  return withPostings(rows, found);
}
