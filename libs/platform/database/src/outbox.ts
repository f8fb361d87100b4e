import type { SqlExecutor } from './database.js';
import { expand, type Migration } from './migration.js';

/** One message that must be sent because a row was written. */
export interface OutboxMessage {
  /** What keeps its own gapless order: an account, for most. */
  readonly stream: string;
  /** The same at every redelivery; consumers drop what they have seen. */
  readonly eventId: string;
  readonly subject: string;
  readonly payload: Uint8Array;
  readonly traceparent: string;
}

/** The tables of an outbox in a service's schema. */
export const outboxMigration = (schema: string): Migration =>
  expand(`${schema}-outbox-0001`, [
    `create table ${schema}.outbox_streams (
       stream text primary key,
       last_sequence bigint not null check (last_sequence >= 0)
     )`,
    `create table ${schema}.outbox (
       stream text not null,
       sequence bigint not null check (sequence > 0),
       event_id text not null unique,
       subject text not null,
       payload bytea not null,
       traceparent text not null,
       written_at timestamptz not null default clock_timestamp(),
       published_at timestamptz,
       primary key (stream, sequence)
     )`,
    `create index outbox_waiting on ${schema}.outbox (stream, sequence) where published_at is null`,
    `create index outbox_published on ${schema}.outbox (published_at) where published_at is not null`,
  ]);

/**
 * Writes messages of one stream in the caller's transaction (I-44) and returns their sequences. The stream's row stays
 * locked until the commit, so sequences are gapless and become visible in their order: whoever reads by sequence never
 * passes one that commits late.
 */
export async function appendToOutbox(
  sql: SqlExecutor,
  schema: string,
  messages: readonly OutboxMessage[],
): Promise<readonly bigint[]> {
  const [first] = messages;
  if (first === undefined) return [];
  if (messages.some(({ stream }) => stream !== first.stream)) throw new Error('one call appends to one stream');
  const { rows } = await sql.query({
    name: `${schema}-outbox-append`,
    text: `with given as (
        select * from unnest($2::text[], $3::text[], $4::bytea[], $5::text[]) with ordinality as g (event_id, subject, payload, traceparent, nth)
      ), counted as (
        insert into ${schema}.outbox_streams as s (stream, last_sequence) values ($1, (select count(*) from given))
        on conflict (stream) do update set last_sequence = s.last_sequence + excluded.last_sequence
        returning last_sequence
      )
      insert into ${schema}.outbox (stream, sequence, event_id, subject, payload, traceparent)
      select $1, last_sequence - (select count(*) from given) + nth, event_id, subject, payload, traceparent from counted, given
      returning sequence`,
    values: [
      first.stream,
      messages.map(({ eventId }) => eventId),
      messages.map(({ subject }) => subject),
      messages.map(({ payload }) => Buffer.from(payload)),
      messages.map(({ traceparent }) => traceparent),
    ],
  });
  return rows.map(({ sequence }) => BigInt(String(sequence))).sort((a, b) => (a < b ? -1 : 1));
}

export interface WaitingMessage extends OutboxMessage {
  readonly sequence: bigint;
}

/** What still has to be published, oldest first in each stream. */
export async function waitingInOutbox(
  sql: SqlExecutor,
  schema: string,
  limit: number,
): Promise<readonly WaitingMessage[]> {
  const { rows } = await sql.query({
    name: `${schema}-outbox-waiting`,
    text: `select stream, sequence, event_id, subject, payload, traceparent from ${schema}.outbox
           where published_at is null order by stream, sequence limit $1`,
    values: [limit],
  });
  return rows.map((row) => ({
    stream: String(row['stream']),
    sequence: BigInt(String(row['sequence'])),
    eventId: String(row['event_id']),
    subject: String(row['subject']),
    payload: row['payload'] as Uint8Array,
    traceparent: String(row['traceparent']),
  }));
}

export async function markPublished(sql: SqlExecutor, schema: string, eventIds: readonly string[]): Promise<void> {
  await sql.query({
    name: `${schema}-outbox-published`,
    text: `update ${schema}.outbox set published_at = clock_timestamp() where event_id = any($1::text[]) and published_at is null`,
    values: [eventIds],
  });
}

/** Removes what was published longer ago than `olderThanMs`, at most `limit` rows; returns how many. */
export async function pruneOutbox(
  sql: SqlExecutor,
  schema: string,
  olderThanMs: number,
  limit: number,
): Promise<number> {
  const { rowCount } = await sql.query({
    text: `delete from ${schema}.outbox where (stream, sequence) in (
             select stream, sequence from ${schema}.outbox
             where published_at < clock_timestamp() - $1 * interval '1 millisecond' limit $2)`,
    values: [olderThanMs, limit],
  });
  return rowCount ?? 0;
}
