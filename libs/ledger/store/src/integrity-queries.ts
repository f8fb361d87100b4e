import type { Rows } from './entry-reader.js';

/** More findings of one kind say nothing new. */
export const FINDINGS_MAX = 10;

type Row = Readonly<Record<string, string>>;
interface Finding {
  readonly sql: string;
  readonly say: (row: Row) => string;
}

/** Each finds rows that must not exist and says what they mean; none reads more than it has to. */
const QUERIES: Readonly<Record<'chain' | 'projections', readonly Finding[]>> = {
  chain: [
    {
      sql: `select b.account_id, n.sequence from ledger.anchors n join ledger.books b on b.id = n.book_id
              left join ledger.entries e on e.book_id = n.book_id and e.sequence = n.sequence
             where e.hash is distinct from n.hash order by n.book_id, n.sequence`,
      say: (row) => `anchor of ${String(row.account_id)} at entry ${String(row.sequence)} is not in its chain`,
    },
  ],
  projections: [
    {
      // Steps from book to book by the index.
      sql: `with recursive found (book_id) as (
              select min(book_id) from ledger.postings union all
              select (select min(p.book_id) from ledger.postings p where p.book_id > f.book_id) from found f where f.book_id is not null)
            select book_id from found where book_id is not null and book_id not in (select id from ledger.books)`,
      say: (row) => `postings name book ${String(row.book_id)}, which does not exist`,
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
  ],
};

export async function findings(rows: Rows, about: keyof typeof QUERIES): Promise<readonly string[]> {
  const said: string[] = [];
  for (const { sql, say } of QUERIES[about]) {
    said.push(...(await rows<Row>(`${sql} limit ${String(FINDINGS_MAX)}`)).map(say));
  }
  return said;
}
