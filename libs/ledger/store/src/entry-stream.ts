import type { Entry, LedgerAccount } from '@argosy/ledger-core';
import type { Rows } from './entry-reader.js';
import { amount, entryFromRow, type EntryRow, ledgerAccountFromRow, type LedgerAccountRow } from './rows.js';

/** A page keeps the process busy for some milliseconds and no longer. */
const PAGE = 400;

const ENTRIES_SQL = `select e.book_id, e.sequence, e.venue, e.kind, e.external_id, e.occurred_at_ns, e.booked_at_ns, e.epoch,
    e.strategy_id, e.instrument_id, e.corrects, e.details, e.previous_hash, e.hash
  from ledger.entries e where e.book_id = $1 and e.sequence > $2 order by e.sequence limit $3`;

/** As two lists an entry, since a row a posting costs more than everything else; by range, so that no plan can go astray. */
const POSTINGS_SQL = `select p.sequence, array_agg(p.account_id order by p.line)::text as accounts,
    array_agg(p.amount order by p.line)::text as amounts
  from ledger.postings p where p.book_id = $1 and p.sequence > $2 and p.sequence <= $3 group by p.sequence`;

interface PostingsRow {
  readonly sequence: string;
  readonly accounts: string;
  readonly amounts: string;
}
interface Page {
  readonly entries: readonly Omit<EntryRow, 'account_id'>[];
  readonly postings: ReadonlyMap<string, PostingsRow>;
}

export interface StreamedEntry {
  readonly entry: Entry;
  /** Row ids of its postings' accounts, in their order. */
  readonly accountIds: readonly number[];
}

/** The ledger accounts of one book by row id: one object each. */
export async function accountsById(rows: Rows, bookId: number): Promise<ReadonlyMap<number, LedgerAccount>> {
  const found = await rows<LedgerAccountRow & { readonly id: number }>(
    'select id, type, strategy_id, instrument_id, asset from ledger.accounts where book_id = $1',
    [bookId],
  );
  return new Map(found.map((row) => [row.id, ledgerAccountFromRow(row)]));
}

/** What a posting names that is no account of its book: it hashes to nothing that was ever sealed. */
const NOBODY: LedgerAccount = { type: 'suspense', strategyId: '', instrumentId: '', asset: '' };

/** Pages of one account's entries after a sequence; while one is looked at the next is being read. */
export async function* streamEntries(
  rows: Rows,
  book: { readonly id: number; readonly account_id: string },
  afterSequence: bigint,
  accounts: ReadonlyMap<number, LedgerAccount>,
): AsyncGenerator<readonly StreamedEntry[]> {
  for (let reading: Promise<Page> | undefined = read(rows, book.id, String(afterSequence)); reading !== undefined;) {
    const { entries, postings }: Page = await reading;
    const last = entries.at(-1);
    reading = last === undefined || entries.length < PAGE ? undefined : read(rows, book.id, last.sequence);
    // Should whoever looks give up, nobody waits for this one.
    reading?.catch(() => undefined);
    yield entries.map((row) => streamed({ ...row, account_id: book.account_id }, postings.get(row.sequence), accounts));
  }
}

async function read(rows: Rows, bookId: number, after: string): Promise<Page> {
  const entries = await rows<Omit<EntryRow, 'account_id'>>(ENTRIES_SQL, [bookId, after, PAGE]);
  const postings = await rows<PostingsRow>(POSTINGS_SQL, [bookId, after, entries.at(-1)?.sequence ?? after]);
  return { entries, postings: new Map(postings.map((row) => [row.sequence, row])) };
}

function streamed(
  row: EntryRow,
  lists: PostingsRow | undefined,
  accounts: ReadonlyMap<number, LedgerAccount>,
): StreamedEntry {
  const accountIds = listed(lists?.accounts).map(Number);
  const amounts = listed(lists?.amounts);
  const postings = accountIds.map((id, index) => ({
    account: accounts.get(id) ?? NOBODY,
    amount: amount(amounts[index] ?? '0'),
  }));
  return { entry: entryFromRow(row, postings), accountIds };
}

const listed = (array = '{}'): readonly string[] => (array === '{}' ? [] : array.slice(1, -1).split(','));
