/**
 * The books. Everything of truth (entries, postings) can only be added to: by rights, and by triggers for those who have
 * more rights than they should. The zero-sum constraint is deferred and set-based: one aggregate a statement, nothing a row;
 * only an unbalanced entry leaves a row in `imbalances`, whose own deferred trigger refuses the commit unless a later
 * statement of the transaction has brought it to zero.
 */
export const LEDGER_0001 = `
create schema if not exists ledger;

create table ledger.books (
  id integer generated always as identity primary key,
  account_id text not null unique,
  venue text not null,
  account_kind text not null check (account_kind in ('live', 'paper')),
  head_sequence bigint not null default 0 check (head_sequence >= 0),
  head_hash bytea not null default decode(repeat('00', 32), 'hex') check (octet_length(head_hash) = 32),
  facts_sequence bigint not null default 0 check (facts_sequence >= 0)
);
comment on table ledger.books is 'One row a trading account: where its chain ends and how far its facts are read. Locking it serialises bookings.';

create table ledger.accounts (
  id integer generated always as identity primary key,
  book_id integer not null references ledger.books,
  type text not null,
  strategy_id text not null,
  instrument_id text not null,
  asset text not null check (asset <> ''),
  unique (book_id, type, strategy_id, instrument_id, asset)
);

create table ledger.entries (
  book_id integer not null,
  sequence bigint not null check (sequence > 0),
  venue text not null,
  kind text not null,
  external_id text not null check (external_id <> ''),
  occurred_at_ns bigint not null,
  booked_at_ns bigint not null,
  epoch integer not null check (epoch >= 0),
  strategy_id text not null,
  instrument_id text not null,
  corrects bigint,
  details jsonb not null,
  previous_hash bytea not null check (octet_length(previous_hash) = 32),
  hash bytea not null check (octet_length(hash) = 32),
  primary key (book_id, sequence),
  constraint entries_external_id unique (book_id, external_id),
  check (corrects < sequence)
);
create index entries_fills on ledger.entries (booked_at_ns desc, sequence desc) where kind = 'fill';

create table ledger.postings (
  book_id integer not null,
  sequence bigint not null,
  line smallint not null,
  account_id integer not null,
  amount numeric(38,12) not null check (amount <> 0),
  primary key (book_id, sequence, line)
);

create table ledger.balances (
  account_id integer primary key references ledger.accounts,
  amount numeric(38,12) not null
);
comment on table ledger.balances is 'Projection: the sum of each account''s postings, moved in the transaction that posts.';

create table ledger.day_totals (
  account_id integer not null references ledger.accounts,
  day integer not null,
  amount numeric(38,12) not null,
  primary key (account_id, day)
);
comment on table ledger.day_totals is 'Projection: what each account moved by the UTC day a fact occurred (days since 1970).';

create table ledger.positions (
  book_id integer not null references ledger.books,
  strategy_id text not null,
  instrument_id text not null,
  quantity numeric(38,12) not null,
  cost numeric(38,12) not null,
  opened_at_ns bigint,
  primary key (book_id, strategy_id, instrument_id)
);

create table ledger.breaks (
  id bigint generated always as identity primary key,
  book_id integer not null references ledger.books,
  external_id text not null,
  code text not null,
  description text not null,
  found_at_ns bigint not null,
  unique (book_id, external_id, code, description)
);
comment on table ledger.breaks is 'Facts that could not be booked; never traded on, never dropped.';

create table ledger.anchors (
  book_id integer not null references ledger.books,
  sequence bigint not null,
  hash bytea not null,
  anchored_at_ns bigint not null,
  primary key (book_id, sequence)
);

create table ledger.imbalances (
  book_id integer not null,
  sequence bigint not null,
  asset text not null,
  amount numeric not null,
  primary key (book_id, sequence, asset)
);
comment on table ledger.imbalances is 'Empty outside a transaction: entries whose postings do not sum to zero yet.';

create function ledger.weigh_postings() returns trigger language plpgsql security definer set search_path = '' as $$
declare
  stray record;
begin
  select p.book_id, p.sequence, p.account_id into stray
    from (select distinct book_id, sequence, account_id from added) p
    left join ledger.accounts a on a.id = p.account_id and a.book_id = p.book_id
   where a.id is null limit 1;
  if found then
    raise exception 'posting of entry % names account %, which is not in book %', stray.sequence, stray.account_id, stray.book_id
      using errcode = 'LG005', constraint = 'posting_account';
  end if;
  select p.book_id, p.sequence into stray
    from (select distinct book_id, sequence from added) p
    left join ledger.entries e on e.book_id = p.book_id and e.sequence = p.sequence
   where e.sequence is null limit 1;
  if found then
    raise exception 'posting names entry %, which is not in book %', stray.sequence, stray.book_id
      using errcode = 'LG006', constraint = 'posting_entry';
  end if;
  insert into ledger.imbalances (book_id, sequence, asset, amount)
    select p.book_id, p.sequence, a.asset, sum(p.amount)
      from added p join ledger.accounts a on a.id = p.account_id
     group by p.book_id, p.sequence, a.asset
    having sum(p.amount) <> 0
  on conflict (book_id, sequence, asset) do update set amount = ledger.imbalances.amount + excluded.amount;
  return null;
end $$;
create trigger weigh after insert on ledger.postings referencing new table as added
  for each statement execute function ledger.weigh_postings();

create function ledger.refuse_imbalance() returns trigger language plpgsql security definer set search_path = '' as $$
declare
  off numeric;
begin
  delete from ledger.imbalances i
   where i.book_id = new.book_id and i.sequence = new.sequence and i.asset = new.asset returning i.amount into off;
  if off <> 0 then
    raise exception 'entry % of book % does not balance: % sums to %', new.sequence, new.book_id, new.asset, off
      using errcode = 'LG003', constraint = 'entry_balances';
  end if;
  return null;
end $$;
create constraint trigger entry_balances after insert or update on ledger.imbalances
  deferrable initially deferred for each row execute function ledger.refuse_imbalance();

create function ledger.refuse_change() returns trigger language plpgsql set search_path = '' as $$
begin
  raise exception '% of ledger.% refused: entries and postings are only ever added', tg_op, tg_table_name
    using errcode = 'LG004', constraint = 'insert_only';
end $$;
create trigger insert_only before update or delete or truncate on ledger.entries
  for each statement execute function ledger.refuse_change();
create trigger insert_only before update or delete or truncate on ledger.postings
  for each statement execute function ledger.refuse_change();
create trigger insert_only before update or delete or truncate on ledger.anchors
  for each statement execute function ledger.refuse_change();

create function ledger.book(
  p_book integer, p_expected_sequence bigint, p_expected_hash bytea, p_sequence bigint, p_hash bytea, p_facts bigint,
  p_booked_at bigint,
  e_venue text[], e_kind text[], e_external_id text[], e_occurred_at bigint[], e_epoch integer[], e_strategy text[],
  e_instrument text[], e_corrects bigint[], e_details jsonb, e_previous bytea[], e_hash bytea[],
  l_sequence bigint[], l_line smallint[], l_account integer[], l_amount numeric[],
  t_account integer[], t_day integer[], t_amount numeric[],
  x_strategy text[], x_instrument text[], x_quantity numeric[], x_cost numeric[], x_opened bigint[]
) returns void language plpgsql set search_path = '' as $$
begin
  update ledger.books set head_sequence = p_sequence, head_hash = p_hash, facts_sequence = greatest(facts_sequence, p_facts)
   where id = p_book and head_sequence = p_expected_sequence and head_hash = p_expected_hash;
  if not found then
    raise exception 'book % no longer ends at entry %', p_book, p_expected_sequence using errcode = 'LG001';
  end if;
  insert into ledger.entries (book_id, sequence, venue, kind, external_id, occurred_at_ns, booked_at_ns, epoch, strategy_id,
      instrument_id, corrects, details, previous_hash, hash)
    select p_book, p_expected_sequence + n, venue, kind, external_id, occurred_at, p_booked_at, epoch, strategy, instrument,
        corrects, e_details -> (n - 1)::integer, previous, hash
      from unnest(e_venue, e_kind, e_external_id, e_occurred_at, e_epoch, e_strategy, e_instrument, e_corrects, e_previous, e_hash)
        with ordinality as e (venue, kind, external_id, occurred_at, epoch, strategy, instrument, corrects, previous, hash, n);
  insert into ledger.postings (book_id, sequence, line, account_id, amount)
    select p_book, l.* from unnest(l_sequence, l_line, l_account, l_amount) as l;
  insert into ledger.day_totals as d (account_id, day, amount)
    select t.* from unnest(t_account, t_day, t_amount) as t
  on conflict (account_id, day) do update set amount = d.amount + excluded.amount;
  insert into ledger.balances as b (account_id, amount)
    select t.account, sum(t.amount) from unnest(t_account, t_amount) as t (account, amount) group by t.account
  on conflict (account_id) do update set amount = b.amount + excluded.amount;
  insert into ledger.positions as p (book_id, strategy_id, instrument_id, quantity, cost, opened_at_ns)
    select p_book, x.* from unnest(x_strategy, x_instrument, x_quantity, x_cost, x_opened) as x
  on conflict (book_id, strategy_id, instrument_id)
    do update set quantity = excluded.quantity, cost = excluded.cost, opened_at_ns = excluded.opened_at_ns;
end $$;

do $$ begin
  if not exists (select from pg_catalog.pg_roles where rolname = 'ledger') then
    create role ledger nologin;
  end if;
end $$;
grant usage on schema ledger to ledger;
grant select on all tables in schema ledger to ledger;
grant insert on ledger.entries, ledger.postings, ledger.accounts, ledger.breaks, ledger.anchors to ledger;
grant insert, update on ledger.books, ledger.balances, ledger.day_totals, ledger.positions to ledger;
revoke all on function ledger.book, ledger.weigh_postings, ledger.refuse_imbalance from public;
grant execute on function ledger.book to ledger;
`;
