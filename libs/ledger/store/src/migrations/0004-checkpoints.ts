/**
 * How far the books were proven: where each chain stood, and what its accounts summed to by day up to there. A check that
 * begins here proves what came after; one that begins at the first entry asks nothing of it.
 */
export const LEDGER_0004 = `
create table ledger.checkpoints (
  book_id integer primary key references ledger.books,
  sequence bigint not null check (sequence > 0),
  hash bytea not null check (octet_length(hash) = 32),
  postings bigint not null check (postings > 0),
  checked_at_ns bigint not null
);
comment on table ledger.checkpoints is 'The last entry of each chain up to which everything was proven; it only moves on.';

create table ledger.checkpoint_sums (
  account_id integer not null references ledger.accounts,
  day integer not null,
  amount numeric(38,12) not null,
  primary key (account_id, day)
);
comment on table ledger.checkpoint_sums is 'What each account moved by day up to the checkpoint of its book, as its postings said.';

create function ledger.save_checkpoint(
  p_epoch bigint, p_book integer, p_sequence bigint, p_hash bytea, p_postings bigint, p_checked_at bigint,
  t_account integer[], t_day integer[], t_amount numeric[]
) returns void language plpgsql set search_path = '' as $$
begin
  perform ledger.require_epoch(p_epoch);
  insert into ledger.checkpoints as c (book_id, sequence, hash, postings, checked_at_ns)
    values (p_book, p_sequence, p_hash, p_postings, p_checked_at)
  on conflict (book_id) do update
    set sequence = excluded.sequence, hash = excluded.hash, postings = excluded.postings, checked_at_ns = excluded.checked_at_ns
    where c.sequence < excluded.sequence;
  if not found then
    return;
  end if;
  insert into ledger.checkpoint_sums as s (account_id, day, amount)
    select t.* from unnest(t_account, t_day, t_amount) as t
  on conflict (account_id, day) do update set amount = excluded.amount;
end $$;

grant select, insert, update on ledger.checkpoints, ledger.checkpoint_sums to ledger;
revoke all on function ledger.save_checkpoint from public;
grant execute on function ledger.save_checkpoint to ledger;
`;
