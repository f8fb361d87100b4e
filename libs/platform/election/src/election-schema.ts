import { expand, type ServiceSchema } from '@argosy/platform-database';

/** Which role may hold which leases: a lease's name is its service's, or its service's and an account's after a dot. */
export const LEASE_ROLES = {
  execution: 'execution',
  risk: 'risk',
  ledger: 'ledger',
  'market-data': 'market_data',
  'strategy-host': 'strategy',
  'ops-gateway': 'ops',
} as const;

const roles = Object.values(LEASE_ROLES);
const ALL_ROLES = roles.join(', ');

/** The migrator gives them their right to log in; here they only have to exist, whichever schema comes first. */
const MISSING_ROLES = `do $$
declare missing text;
begin
  for missing in select wanted from unnest(array['${roles.join("', '")}']) as wanted
    where not exists (select from pg_catalog.pg_roles where rolname = wanted)
  loop
    execute format('create role %I nologin', missing);
  end loop;
end $$`;

/** Half-empty pages: five renewals a second rewrite a row in its own page and touch no index. */
const LEASES = `create table election.leases (
  name text primary key check (name ~ '^[a-z][a-z-]{0,30}(\\.[A-Za-z0-9_-]{1,64})?$'),
  epoch bigint not null check (epoch between 0 and 4294967295),
  holder text not null check (length(holder) <= 200),
  renewals bigint not null,
  ttl_ms integer not null check (ttl_ms > 0),
  expires_at timestamptz not null,
  released boolean not null,
  taken_at timestamptz not null
) with (fillfactor = 50)`;

/** Whatever a statement says, a lease never goes back to an older epoch (I-03). */
const ONLY_GROWS = `create function election.epoch_only_grows() returns trigger language plpgsql as $$
begin
  if new.epoch < old.epoch then
    raise exception 'lease % is at epoch % and cannot go back to %', old.name, old.epoch, new.epoch;
  end if;
  return new;
end $$`;

const LOOK = `create function election.look(wanted text[])
returns table (name text, epoch bigint, holder text, renewals bigint, ttl_ms integer, released boolean, expired boolean)
language sql volatile as $$
  select name, epoch, holder, renewals, ttl_ms, released,
    expires_at <= clock_timestamp() or expires_at > clock_timestamp() + ttl_ms * interval '1 millisecond'
  from election.leases where name = any(wanted)
$$`;

/**
 * One statement, so that a candidate that is stopped in the middle holds no lock on which the leader's heartbeat would
 * wait. Rows are locked in the order of their names; a row that somebody else makes meanwhile refuses the whole. Each
 * statement in here sees what others have committed by then, so only rows that were locked first may be written: a row
 * made after the look is another candidate's lease.
 */
const TAKE = `create function election.take(
  wanted text[], seen_epochs bigint[], seen_renewals bigint[], candidate text, lease_ms integer, epoch_above bigint
) returns bigint language plpgsql as $$
declare
  locked text[];
  issued bigint;
  highest bigint;
  made integer;
  kept integer;
begin
  locked := array(select name from election.leases where name = any(wanted) order by name for update);
  if exists (
    select from unnest(wanted, seen_epochs, seen_renewals) as seen (name, epoch, renewals)
    left join election.look(wanted) as found using (name)
    where found.epoch is distinct from seen.epoch or found.renewals is distinct from seen.renewals
      or not (found.epoch is null or found.released or found.expired)
  ) then
    return null;
  end if;
  select greatest(epoch_above, coalesce(max(epoch), 0)) into highest from election.leases where name = any(wanted);
  issued := nextval('election.epochs');
  if highest - issued > 1000000 then
    raise exception 'epoch % was seen, the sequence is at %: it belongs to another fleet', highest, issued;
  end if;
  while issued <= highest loop
    issued := nextval('election.epochs');
  end loop;
  update election.leases set epoch = issued, holder = candidate, renewals = 0, ttl_ms = lease_ms,
    expires_at = clock_timestamp() + lease_ms * interval '1 millisecond', released = false, taken_at = clock_timestamp()
  where name = any(locked);
  get diagnostics kept = row_count;
  insert into election.leases (name, epoch, holder, renewals, ttl_ms, expires_at, released, taken_at)
  select missing, issued, candidate, 0, lease_ms, clock_timestamp() + lease_ms * interval '1 millisecond', false,
    clock_timestamp()
  from unnest(wanted) as missing where missing <> all(locked)
  order by missing on conflict do nothing;
  get diagnostics made = row_count;
  if made + kept <> cardinality(wanted) then
    raise exception 'another candidate was faster' using errcode = 'serialization_failure';
  end if;
  return issued;
end $$`;

/**
 * Not flushed to disk: a renewal that a crash of the server takes back only makes a standby begin its wait anew, and a
 * slow disk must not cost the lease.
 */
const RENEW = `create function election.renew(wanted text[], candidate text, held bigint, lease_ms integer)
returns boolean language plpgsql as $$
declare
  ours integer;
begin
  perform set_config('synchronous_commit', 'off', true);
  perform from election.leases where name = any(wanted) order by name for update;
  select count(*) into ours from election.leases
  where name = any(wanted) and holder = candidate and epoch = held and not released;
  if ours <> cardinality(wanted) then
    return false;
  end if;
  update election.leases set renewals = renewals + 1, ttl_ms = lease_ms,
    expires_at = clock_timestamp() + lease_ms * interval '1 millisecond' where name = any(wanted);
  return true;
end $$`;

const RELEASE = `create function election.give_back(wanted text[], candidate text, held bigint)
returns void language sql as $$
  update election.leases set released = true where name = any(wanted) and holder = candidate and epoch = held
$$`;

const FUNCTIONS = [
  'election.look(text[])',
  'election.take(text[], bigint[], bigint[], text, integer, bigint)',
  'election.renew(text[], text, bigint, integer)',
  'election.give_back(text[], text, bigint)',
] as const;

/** Leases that nobody has held yet and whose names are known: their first candidate need not wait for a TTL. */
const FREE_LEASES = `insert into election.leases
  (name, epoch, holder, renewals, ttl_ms, expires_at, released, taken_at)
select name, 0, 'nobody', 0, 1, clock_timestamp(), true, clock_timestamp()
from unnest(array['${Object.keys(LEASE_ROLES)
  .filter((name) => name !== 'execution')
  .join("', '")}']) as name`;

/** A role sees and writes the rows of its own service's leases and no others. */
const ownRows = (table: string): readonly string[] =>
  Object.entries(LEASE_ROLES).map(
    ([service, role]) =>
      `create policy ${role} on election.${table} to ${role}
            using (split_part(name, '.', 1) = '${service}') with check (split_part(name, '.', 1) = '${service}')`,
  );

/**
 * Leases and the sequence of epochs. No role may delete a row, and each sees and touches those of its own service only;
 * functions run with the rights of who calls them.
 */
export const electionSchema: ServiceSchema = {
  schema: 'election',
  rights: 'declared',
  migrations: [
    expand('election-0001-leases', [
      MISSING_ROLES,
      'create sequence election.epochs as bigint',
      LEASES,
      ONLY_GROWS,
      `create trigger epoch_only_grows before update on election.leases
        for each row execute function election.epoch_only_grows()`,
      LOOK,
      TAKE,
      RENEW,
      RELEASE,
      FREE_LEASES,
      'alter table election.leases enable row level security',
      ...ownRows('leases'),
      `grant usage on schema election to ${ALL_ROLES}`,
      `grant select, insert, update on election.leases to ${ALL_ROLES}`,
      `grant usage on sequence election.epochs to ${ALL_ROLES}`,
      ...FUNCTIONS.flatMap((name) => [
        `revoke all on function ${name} from public`,
        `grant execute on function ${name} to ${ALL_ROLES}`,
      ]),
    ]),
    expand('election-0002-record', [
      `create table election.standbys (
        name text primary key, candidate text not null, seen_at timestamptz not null
      ) with (fillfactor = 50)`,
      `create table election.step_downs (
        name text not null, place text not null, reason text not null, at timestamptz not null default clock_timestamp()
      )`,
      'create index on election.step_downs (name, at)',
      ...['standbys', 'step_downs'].flatMap((table) => [
        `alter table election.${table} enable row level security`,
        ...ownRows(table),
      ]),
      `grant select, insert, update on election.standbys to ${ALL_ROLES}`,
      `grant select, insert on election.step_downs to ${ALL_ROLES}`,
    ]),
  ],
};
