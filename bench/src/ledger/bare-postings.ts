/**
 * The floor of the ledger: what one writes by hand for speed alone. One statement a batch takes arrays, inserts entries and
 * postings and moves balances; no chain, no projections by day or position, no rights, no check that anything balances.
 */
import pg from 'pg';

const SCHEMA = `
create schema bare;
create table bare.account (id integer primary key, balance numeric(38,12) not null default 0);
create table bare.entry (id bigint primary key, external_id text not null unique, occurred_at_ns bigint not null);
create table bare.posting (entry_id bigint not null, line smallint not null, account_id integer not null,
  amount numeric(38,12) not null, primary key (entry_id, line));
`;
const BOOK = `with
  e as (insert into bare.entry (id, external_id, occurred_at_ns)
    select * from unnest($1::bigint[], $2::text[], $3::bigint[])),
  p as (select * from unnest($4::bigint[], $5::smallint[], $6::integer[], $7::numeric[]) as p (entry_id, line, account_id, amount)),
  i as (insert into bare.posting (entry_id, line, account_id, amount) select * from p)
  update bare.account a set balance = a.balance + s.moved
    from (select account_id, sum(amount) as moved from p group by account_id) s where a.id = s.account_id`;

const ACCOUNTS = 12;
const NS = 1_767_225_600_000_000_000n;

export class BarePostings {
  private booked = 0;

  private constructor(private readonly client: pg.Client) {}

  static async open(connectionString: string): Promise<BarePostings> {
    const client = new pg.Client({ connectionString });
    await client.connect();
    await client.query(SCHEMA);
    await client.query('insert into bare.account (id) select generate_series(0, $1::integer - 1)', [ACCOUNTS]);
    return new BarePostings(client);
  }

  /** Books `entries` entries of `lines` postings each, in one statement. */
  async book(entries: number, lines: number): Promise<void> {
    const ids = Array.from({ length: entries }, (_, index) => String(this.booked + index));
    this.booked += entries;
    const columns = [
      ids.flatMap((id) => Array<string>(lines).fill(id)),
      ids.flatMap(() => Array.from({ length: lines }, (_, line) => line)),
      ids.flatMap(() => Array.from({ length: lines }, (_, line) => line % ACCOUNTS)),
      ids.flatMap(() => Array.from({ length: lines }, (_, line) => (line % 2 === 0 ? '600.125' : '-600.125'))),
    ];
    const external = ids.map((id) => `fill:main-BTC-${id}`);
    const times = ids.map((_, index) => String(NS + BigInt(index)));
    await this.client.query({ name: 'bare_book', text: BOOK, values: [ids, external, times, ...columns] });
  }

  async close(): Promise<void> {
    await this.client.end();
  }
}
