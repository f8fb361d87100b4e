/**
 * Who may write, and a cheaper way to. `leadership` holds the newest epoch that was claimed: every write names its own and is
 * refused unless they are the same (I-04). Reading the row `for share` makes a claim wait for bookings under way and
 * bookings wait for a claim, so that no booking of an older epoch commits after the claim did.
 *
 * `book_batch` does what `book` does with less to send and to read: a chain's hashes are one value (each entry's previous
 * hash is the one before it), entries are counted instead of named, and postings are weighed in one pass.
 */
export const LEDGER_0002 = `
create table ledger.leadership (
  only_row boolean primary key default true check (only_row),
  epoch bigint not null check (epoch >= 0)
);
insert into ledger.leadership (epoch) values (0);
comment on table ledger.leadership is 'One row: the newest leadership epoch that was claimed; it only grows.';

create function ledger.keep_epoch() returns trigger language plpgsql set search_path = '' as $$
begin
  if tg_op <> 'UPDATE' or new.epoch < old.epoch then
    raise exception '% of ledger.leadership refused: the epoch only grows', tg_op using errcode = 'LG008', constraint = 'epoch_grows';
  end if;
  return new;
end $$;
create trigger keep_epoch before update or delete on ledger.leadership for each row execute function ledger.keep_epoch();

create function ledger.require_epoch(p_epoch bigint) returns boolean language plpgsql set search_path = '' as $$
declare
  claimed bigint;
begin
  select epoch into claimed from ledger.leadership for share;
  if claimed is distinct from p_epoch then
    raise exception 'epoch % may not write: % was claimed', p_epoch, claimed using errcode = 'LG007', constraint = 'epoch_current';
  end if;
  return true;
end $$;

create function ledger.claim_epoch(p_epoch bigint) returns void language plpgsql set search_path = '' as $$
begin
  update ledger.leadership set epoch = p_epoch where epoch < p_epoch;
  perform ledger.require_epoch(p_epoch);
end $$;

create or replace function ledger.weigh_postings() returns trigger language plpgsql security definer set search_path = '' as $$
declare
  odd record;
begin
  for odd in
    select w.*, (select e.sequence from ledger.entries e where e.book_id = w.book_id and e.sequence = w.sequence) as entry
      from (select p.book_id, p.sequence, a.asset, sum(p.amount) as amount, min(p.account_id) as account_id
              from added p left join ledger.accounts a on a.id = p.account_id and a.book_id = p.book_id
             group by p.book_id, p.sequence, a.asset) w
     where w.amount <> 0 or w.asset is null
        or (select e.sequence from ledger.entries e where e.book_id = w.book_id and e.sequence = w.sequence) is null
  loop
    if odd.asset is null then
      raise exception 'posting of entry % names account %, which is not in book %', odd.sequence, odd.account_id, odd.book_id
        using errcode = 'LG005', constraint = 'posting_account';
    end if;
    if odd.entry is null then
      raise exception 'posting names entry %, which is not in book %', odd.sequence, odd.book_id
        using errcode = 'LG006', constraint = 'posting_entry';
    end if;
    insert into ledger.imbalances (book_id, sequence, asset, amount)
      values (odd.book_id, odd.sequence, odd.asset, odd.amount)
    on conflict (book_id, sequence, asset) do update set amount = ledger.imbalances.amount + excluded.amount;
  end loop;
  return null;
end $$;

create function ledger.book_batch(
  p_epoch bigint, p_book integer, p_expected_sequence bigint, p_expected_hash bytea, p_hashes bytea, p_facts bigint,
  p_booked_at bigint,
  e_venue text[], e_kind text[], e_external_id text[], e_occurred_at bigint[], e_epoch integer[], e_strategy text[],
  e_instrument text[], e_corrects bigint[], e_details jsonb,
  l_entry integer[], l_line smallint[], l_account integer[], l_amount numeric[],
  t_account integer[], t_day integer[], t_amount numeric[],
  x_strategy text[], x_instrument text[], x_quantity numeric[], x_cost numeric[], x_opened bigint[]
) returns void language plpgsql set search_path = '' as $$
declare
  chain constant bytea := p_expected_hash || p_hashes;
begin
  perform ledger.require_epoch(p_epoch);
  update ledger.books
     set head_sequence = p_expected_sequence + cardinality(e_kind), head_hash = substr(chain, 1 + 32 * cardinality(e_kind)),
         facts_sequence = greatest(facts_sequence, p_facts)
   where id = p_book and head_sequence = p_expected_sequence and head_hash = p_expected_hash;
  if not found then
    raise exception 'book % no longer ends at entry %', p_book, p_expected_sequence using errcode = 'LG001';
  end if;
  insert into ledger.entries (book_id, sequence, venue, kind, external_id, occurred_at_ns, booked_at_ns, epoch, strategy_id,
      instrument_id, corrects, details, previous_hash, hash)
    select p_book, p_expected_sequence + n, venue, kind, external_id, occurred_at, p_booked_at, epoch, strategy, instrument,
        corrects, detail, substr(chain, 32 * n::integer - 31, 32), substr(chain, 32 * n::integer + 1, 32)
      from rows from (unnest(e_venue), unnest(e_kind), unnest(e_external_id), unnest(e_occurred_at), unnest(e_epoch),
          unnest(e_strategy), unnest(e_instrument), unnest(e_corrects), jsonb_array_elements(e_details))
        with ordinality as e (venue, kind, external_id, occurred_at, epoch, strategy, instrument, corrects, detail, n);
  insert into ledger.postings (book_id, sequence, line, account_id, amount)
    select p_book, p_expected_sequence + l.entry, l.line, l.account, l.amount
      from unnest(l_entry, l_line, l_account, l_amount) as l (entry, line, account, amount);
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

grant select, update on ledger.leadership to ledger;
revoke all on function ledger.book_batch, ledger.require_epoch, ledger.claim_epoch, ledger.keep_epoch from public;
grant execute on function ledger.book_batch, ledger.require_epoch, ledger.claim_epoch to ledger;
`;
