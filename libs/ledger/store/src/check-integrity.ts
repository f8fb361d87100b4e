import type { AccountId } from '@argosy/domain';
import {
  type ChainHead,
  describeChainBreak,
  type Digest,
  GENESIS,
  problemsOfBalances,
  type IntegrityResult,
  sameBytes,
  truncation,
  verifyChain,
} from '@argosy/ledger-core';
import { readEntries, type Rows } from './entry-reader.js';
import { BOOK_COLUMNS, bookFromRow, type BookRow, totalFromRow, type TotalRow } from './rows.js';

const CHAIN_PAGE = 1_000;
/** More findings of one kind say nothing new. */
const FINDINGS_MAX = 10;

/** Each finds rows that must not exist and says what they mean. */
const QUERIES: readonly { readonly sql: string; readonly say: (row: Record<string, string>) => string }[] = [
  {
    sql: `select b.account_id, p.sequence, a.asset, sum(p.amount)::text as sum from ledger.postings p
            join ledger.accounts a on a.id = p.account_id join ledger.books b on b.id = p.book_id
           group by 1, 2, 3 having sum(p.amount) <> 0`,
    say: (row) =>
      `entry ${String(row.sequence)} of ${String(row.account_id)} does not balance: ${String(row.asset)} sums to ${String(row.sum)}`,
  },
  {
    sql: `select b.account_id, p.sequence from ledger.postings p join ledger.books b on b.id = p.book_id
           where not exists (select from ledger.entries e where e.book_id = p.book_id and e.sequence = p.sequence)`,
    say: (row) => `postings of ${String(row.account_id)} name entry ${String(row.sequence)}, which does not exist`,
  },
  {
    sql: `select a.id, a.type, a.asset, coalesce(l.amount, 0)::text as balance, coalesce(s.amount, 0)::text as posted
            from ledger.accounts a
            left join ledger.balances l on l.account_id = a.id
            left join (select account_id, sum(amount) as amount from ledger.postings group by 1) s on s.account_id = a.id
           where coalesce(l.amount, 0) <> coalesce(s.amount, 0)`,
    say: (row) =>
      `balance of account ${String(row.id)} (${String(row.type)} ${String(row.asset)}) is ${String(row.balance)}, its postings sum to ${String(row.posted)}`,
  },
  {
    sql: `select a.id, a.type, a.asset, coalesce(l.amount, 0)::text as balance, coalesce(s.amount, 0)::text as days
            from ledger.accounts a
            left join ledger.balances l on l.account_id = a.id
            left join (select account_id, sum(amount) as amount from ledger.day_totals group by 1) s on s.account_id = a.id
           where coalesce(l.amount, 0) <> coalesce(s.amount, 0)`,
    say: (row) =>
      `days of account ${String(row.id)} (${String(row.type)} ${String(row.asset)}) sum to ${String(row.days)}, its balance is ${String(row.balance)}`,
  },
  {
    sql: `with held as (
            select a.book_id, a.strategy_id, a.instrument_id,
                   sum(l.amount) filter (where a.type = 'position_quantity') as quantity,
                   sum(l.amount) filter (where a.type = 'position_notional') as cost
              from ledger.accounts a join ledger.balances l on l.account_id = a.id
             where a.type in ('position_quantity', 'position_notional') group by 1, 2, 3)
          select coalesce(h.strategy_id, p.strategy_id) as strategy, coalesce(h.instrument_id, p.instrument_id) as instrument
            from held h full join ledger.positions p using (book_id, strategy_id, instrument_id)
           where coalesce(h.quantity, 0) <> coalesce(p.quantity, 0) or coalesce(h.cost, 0) <> coalesce(p.cost, 0)`,
    say: (row) =>
      `position of strategy '${String(row.strategy)}' in ${String(row.instrument)} differs from its postings`,
  },
];

/** Everything is read in one snapshot, chains in pages, so that the check may run while the fleet trades. */
export async function checkIntegrity(rows: Rows, digest: Digest): Promise<IntegrityResult> {
  const problems: string[] = [];
  const chainProblems: string[] = [];
  for (const row of await rows<BookRow>(`select ${BOOK_COLUMNS} from ledger.books order by id`)) {
    const { accountId, head } = bookFromRow(row);
    chainProblems.push(...(await chainProblemsOf(rows, digest, accountId, head)));
  }
  chainProblems.push(...(await lostAnchors(rows)));
  for (const { sql, say } of QUERIES) {
    const found = await rows<Record<string, string>>(`${sql} limit ${String(FINDINGS_MAX)}`);
    problems.push(...found.map(say));
  }
  const balances = await rows<TotalRow>(
    `select b.account_id, a.type, a.strategy_id, a.instrument_id, a.asset, sum(p.amount)::text as amount
       from ledger.postings p join ledger.accounts a on a.id = p.account_id join ledger.books b on b.id = a.book_id group by 1, 2, 3, 4, 5`,
  );
  const sums = problemsOfBalances(balances.map(totalFromRow));
  const [counts] = await rows<{ entries: string; postings: string }>(
    'select (select count(*) from ledger.entries) as entries, (select count(*) from ledger.postings) as postings',
  );
  return {
    problems: [...chainProblems, ...sums.problems, ...problems],
    postings: BigInt(counts?.postings ?? 0),
    entries: BigInt(counts?.entries ?? 0),
    trialBalance: sums.trialBalance,
    chainValid: chainProblems.length === 0,
  };
}

async function chainProblemsOf(
  rows: Rows,
  digest: Digest,
  accountId: AccountId,
  recorded: ChainHead,
): Promise<string[]> {
  let head = GENESIS;
  for (;;) {
    const page = await readEntries(rows, accountId, head.sequence, CHAIN_PAGE);
    const verdict = verifyChain(digest, head, page);
    if (!verdict.ok) return [describeChainBreak(accountId, verdict.broken)];
    head = verdict.head;
    if (page.length < CHAIN_PAGE) break;
  }
  const cut = truncation(recorded, head);
  return cut === undefined ? [] : [describeChainBreak(accountId, cut)];
}

async function lostAnchors(rows: Rows): Promise<string[]> {
  const anchors = await rows<{ account_id: string; sequence: string; anchored: Buffer; hash: Buffer | null }>(
    `select b.account_id, n.sequence, n.hash as anchored, e.hash from ledger.anchors n
       join ledger.books b on b.id = n.book_id left join ledger.entries e on e.book_id = n.book_id and e.sequence = n.sequence
      order by n.book_id, n.sequence`,
  );
  return anchors
    .filter(({ anchored, hash }) => hash === null || !sameBytes(anchored, hash))
    .slice(0, FINDINGS_MAX)
    .map(({ account_id, sequence }) => `anchor of ${account_id} at entry ${sequence} is not in its chain`);
}
