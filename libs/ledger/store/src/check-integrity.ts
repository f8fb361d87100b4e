import { type AccountId, format, type Amount } from '@argosy/domain';
import {
  type AccountTotal,
  type ChainHead,
  describeChainBreak,
  type Digest,
  GENESIS,
  type IntegrityCheck,
  type IntegrityResult,
  problemsOfBalances,
  truncation,
  verifyChain,
} from '@argosy/ledger-core';
import { BookSums } from './book-sums.js';
import { daySums, loadCheckpoint, type Proven } from './checkpoints.js';
import type { Rows } from './entry-reader.js';
import { accountsById, streamEntries } from './entry-stream.js';
import { FINDINGS_MAX, findings } from './integrity-queries.js';
import { amount, BOOK_COLUMNS, bookFromRow, type BookRow } from './rows.js';

export interface CheckedBooks {
  readonly result: IntegrityResult;
  /** Nothing where something was found. */
  readonly proven: readonly Proven[];
}

/**
 * Proves the books in one snapshot and one pass: every entry is read once, hashed, weighed and added up; what it adds up to is
 * compared with every projection. Costs time by the entry and memory by the account and day.
 */
export async function checkIntegrity(
  rows: Rows,
  digest: Digest,
  { scope, onProgress }: IntegrityCheck,
): Promise<CheckedBooks> {
  const books = await rows<BookRow>(`select ${BOOK_COLUMNS} from ledger.books order by id`);
  const progress = new Progress(books, onProgress);
  const checked: CheckedBook[] = [];
  for (const row of books) checked.push(await checkBook(rows, digest, row, { isFull: scope === 'full', progress }));
  const chain = [...checked.flatMap(({ chainProblems }) => chainProblems), ...(await findings(rows, 'chain'))];
  const balances = problemsOfBalances(checked.flatMap(({ totals }) => totals));
  const problems = [
    ...chain,
    ...balances.problems,
    ...checked.flatMap(({ sumProblems }) => sumProblems),
    ...(await findings(rows, 'projections')),
  ];
  return {
    result: {
      problems,
      postings: checked.reduce((sum, { proven }) => sum + proven.sums.postings, 0n),
      entries: checked.reduce((sum, { proven }) => sum + proven.sums.entries, 0n),
      trialBalance: balances.trialBalance,
      chainValid: chain.length === 0,
    },
    proven: problems.length === 0 ? checked.map(({ proven }) => proven) : [],
  };
}

interface CheckedBook {
  readonly chainProblems: readonly string[];
  readonly sumProblems: readonly string[];
  readonly totals: readonly AccountTotal[];
  readonly proven: Proven;
}

interface Manner {
  readonly isFull: boolean;
  readonly progress: Progress;
}

async function checkBook(rows: Rows, digest: Digest, row: BookRow, { isFull, progress }: Manner): Promise<CheckedBook> {
  const { accountId, head: recorded } = bookFromRow(row);
  const accounts = await accountsById(rows, row.id);
  const sums = new BookSums(accounts);
  const from = isFull ? undefined : await loadCheckpoint(rows, row.id);
  const chainProblems: string[] = [];
  const sumProblems: string[] = [];
  if (from !== undefined) {
    sums.resume(from.head.sequence, from.postings, from.sums);
    const at = String(from.head.sequence);
    if (!from.isInChain) chainProblems.push(`checkpoint of ${accountId} at entry ${at} is not in its chain`);
  }
  const start = from?.head ?? GENESIS;
  const chain = new ChainWalk(digest, accountId, start);
  for await (const page of streamEntries(rows, row, start.sequence, accounts)) {
    chain.walk(page.map(({ entry }) => entry));
    for (const streamed of page) {
      for (const [asset, sum] of sums.add(streamed)) {
        const { sequence } = streamed.entry;
        sumProblems.push(
          `entry ${String(sequence)} of ${accountId} does not balance: ${asset} sums to ${format(sum as Amount)}`,
        );
      }
    }
    sumProblems.splice(FINDINGS_MAX);
    progress.add(page.length);
  }
  chainProblems.push(...chain.problems(recorded));
  sumProblems.push(...(await strayPostings(rows, row, start, sums.postings - (from?.postings ?? 0n))));
  const found = sums.problems(await balancesOf(rows, row.id), await daySums(rows, 'day_totals', row.id));
  return {
    chainProblems,
    sumProblems: [...sumProblems, ...found.slice(0, FINDINGS_MAX)],
    totals: sums.totals(accountId),
    proven: { bookId: row.id, head: recorded, sums },
  };
}

/** Follows a chain up to its first break; what comes after one is only added up. */
class ChainWalk {
  private broken: string | undefined;

  constructor(
    private readonly digest: Digest,
    private readonly accountId: AccountId,
    private head: ChainHead,
  ) {}

  walk(page: Parameters<typeof verifyChain>[2]): void {
    if (this.broken !== undefined) return;
    const verdict = verifyChain(this.digest, this.head, page);
    if (verdict.ok) this.head = verdict.head;
    else this.broken = describeChainBreak(this.accountId, verdict.broken);
  }

  problems(recorded: ChainHead): readonly string[] {
    if (this.broken !== undefined) return [this.broken];
    const cut = truncation(recorded, this.head);
    return cut === undefined ? [] : [describeChainBreak(this.accountId, cut)];
  }
}

/** More postings than went by with their entries: some have none. */
async function strayPostings(rows: Rows, book: BookRow, after: ChainHead, seen: bigint): Promise<string[]> {
  const postings = 'ledger.postings p where p.book_id = $1 and p.sequence > $2';
  const values = [book.id, String(after.sequence)];
  const [counted] = await rows<{ readonly n: string }>(`select count(*) as n from ${postings}`, values);
  if (BigInt(counted?.n ?? 0) === seen) return [];
  const found = await rows<{ readonly sequence: string }>(
    `select distinct p.sequence from ${postings}
        and not exists (select from ledger.entries e where e.book_id = p.book_id and e.sequence = p.sequence)
      order by 1 limit ${String(FINDINGS_MAX)}`,
    values,
  );
  return found.map(({ sequence }) => `postings of ${book.account_id} name entry ${sequence}, which does not exist`);
}

async function balancesOf(rows: Rows, bookId: number): Promise<ReadonlyMap<number, bigint>> {
  const found = await rows<{ readonly account_id: number; readonly amount: string }>(
    'select l.account_id, l.amount from ledger.balances l join ledger.accounts a on a.id = l.account_id where a.book_id = $1',
    [bookId],
  );
  return new Map(found.map((row) => [row.account_id, amount(row.amount)]));
}

/** Some thousand entries go by in half a second. */
const TELL_EVERY = 10_000;

class Progress {
  private readonly total: bigint;
  private read = 0;
  private told = 0;

  constructor(
    books: readonly BookRow[],
    private readonly tell: IntegrityCheck['onProgress'],
  ) {
    this.total = books.reduce((sum, { head_sequence }) => sum + BigInt(head_sequence), 0n);
  }

  add(entries: number): void {
    this.read += entries;
    if (this.read - this.told < TELL_EVERY) return;
    this.told = this.read;
    this.tell?.(BigInt(this.read), this.total);
  }
}
