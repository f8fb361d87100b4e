/**
 * Two bookings of one account may be on their way at once. What a booking adds (entries, postings) is added before it takes
 * its place in the chain (the head), so the second adds its own while the first is still being made durable. It is committed
 * only if the first one is, because it names the head that the first one leaves. So that it does not come there too early and
 * has to be repeated (`LG001`), each locks the end it will give the chain, and waits for whoever has locked the end it begins
 * at: a courtesy, the head alone decides. Nobody who holds a head waits for anybody who wants it, since everything that two
 * bookings could both add is added before.
 *
 * Writers now hold a lock of the table instead of the row: such locks are given in the order they were asked for, so that a
 * former leader whose bookings overlap without a pause cannot keep a claim waiting (I-04).
 *
 * Weighing looks once whether everything is as it always is, sums zero and entries there without a hole between them, and
 * goes through the entries one by one only if not.
 */
export const LEDGER_0003 = `
create or replace function ledger.require_epoch(p_epoch bigint) returns boolean language plpgsql set search_path = '' as $$
declare
  claimed bigint;
begin
  lock table ledger.leadership in row share mode;
  select epoch into claimed from ledger.leadership;
  if claimed is distinct from p_epoch then
    raise exception 'epoch % may not write: % was claimed', p_epoch, claimed using errcode = 'LG007', constraint = 'epoch_current';
  end if;
  return true;
end $$;

create or replace function ledger.claim_epoch(p_epoch bigint) returns void language plpgsql set search_path = '' as $$
begin
  lock table ledger.leadership in exclusive mode;
  update ledger.leadership set epoch = p_epoch where epoch < p_epoch;
  perform ledger.require_epoch(p_epoch);
end $$;

create or replace function ledger.weigh_postings() returns trigger language plpgsql security definer set search_path = '' as $$
declare
  run record;
  odd record;
begin
  select min(w.book_id) as book, max(w.book_id) as last_book, min(w.sequence) as first, max(w.sequence) as last,
         count(distinct w.sequence) as entries, bool_or(w.amount <> 0 or w.asset is null) as odd into run
    from (select p.book_id, p.sequence, a.asset, sum(p.amount) as amount
            from added p left join ledger.accounts a on a.id = p.account_id and a.book_id = p.book_id
           group by p.book_id, p.sequence, a.asset) w;
  if not run.odd and run.book = run.last_book and run.last - run.first + 1 = run.entries and run.entries =
      (select count(*) from ledger.entries e where e.book_id = run.book and e.sequence between run.first and run.last) then
    return null;
  end if;
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

create or replace function ledger.book_batch(
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
  perform pg_catalog.pg_advisory_xact_lock(p_book, ((p_expected_sequence + cardinality(e_kind)) % 2147483647)::integer);
  if exists (select from ledger.books where id = p_book and head_sequence > p_expected_sequence) then
    raise exception 'book % ends after entry %', p_book, p_expected_sequence using errcode = 'LG001';
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
  perform pg_catalog.pg_advisory_xact_lock_shared(p_book, (p_expected_sequence % 2147483647)::integer);
  update ledger.books
     set head_sequence = p_expected_sequence + cardinality(e_kind), head_hash = substr(chain, 1 + 32 * cardinality(e_kind)),
         facts_sequence = greatest(facts_sequence, p_facts)
   where id = p_book and head_sequence = p_expected_sequence and head_hash = p_expected_hash;
  if not found then
    raise exception 'book % does not end at entry %', p_book, p_expected_sequence using errcode = 'LG001';
  end if;
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
`;
