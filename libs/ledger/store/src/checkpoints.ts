import type { TimeNs } from '@argosy/domain';
import { type ChainHead, sameBytes } from '@argosy/ledger-core';
import type { BookSums, DaySum } from './book-sums.js';
import type { Rows } from './entry-reader.js';
import type { FencedDatabase } from './fenced-database.js';
import { amount } from './rows.js';

/** How far one book was proven, and what it summed to there. */
export interface Checkpoint {
  readonly head: ChainHead;
  readonly postings: bigint;
  readonly sums: readonly DaySum[];
  /** False when the chain has another entry there, or none. */
  readonly isInChain: boolean;
}

interface CheckpointRow {
  readonly sequence: string;
  readonly hash: Buffer;
  readonly postings: string;
  readonly entry_hash: Buffer | null;
}

export async function loadCheckpoint(rows: Rows, bookId: number): Promise<Checkpoint | undefined> {
  const [row] = await rows<CheckpointRow>(
    `select c.sequence, c.hash, c.postings, e.hash as entry_hash from ledger.checkpoints c
       left join ledger.entries e using (book_id, sequence) where c.book_id = $1`,
    [bookId],
  );
  if (row === undefined) return undefined;
  return {
    head: { sequence: BigInt(row.sequence), hash: row.hash },
    postings: BigInt(row.postings),
    sums: await daySums(rows, 'checkpoint_sums', bookId),
    isInChain: row.entry_hash !== null && sameBytes(row.entry_hash, row.hash),
  };
}

/** The day sums of a book, as the projection or the last checkpoint has them. */
export async function daySums(rows: Rows, table: 'day_totals' | 'checkpoint_sums', bookId: number): Promise<DaySum[]> {
  const found = await rows<{ readonly account_id: number; readonly day: number; readonly amount: string }>(
    `select d.account_id, d.day, d.amount from ledger.${table} d join ledger.accounts a on a.id = d.account_id where a.book_id = $1`,
    [bookId],
  );
  return found.map((row) => ({ ledgerAccount: row.account_id, day: row.day, amount: amount(row.amount) }));
}

/** What a check has proven of one book. */
export interface Proven {
  readonly bookId: number;
  readonly head: ChainHead;
  readonly sums: BookSums;
}

export async function saveCheckpoint(
  database: FencedDatabase,
  { bookId, head, sums }: Proven,
  atNs: TimeNs,
): Promise<void> {
  const moved = sums.moved();
  // Nothing has happened since the last one.
  if (moved.length === 0) return;
  await database.write('select ledger.save_checkpoint($1, $2, $3, $4, $5, $6, $7, $8, $9)', [
    bookId,
    String(head.sequence),
    Buffer.from(head.hash),
    String(sums.postings),
    String(atNs),
    moved.map(({ ledgerAccount }) => ledgerAccount),
    moved.map(({ day }) => day),
    moved.map((sum) => `${String(sum.amount)}e-12`),
  ]);
}
