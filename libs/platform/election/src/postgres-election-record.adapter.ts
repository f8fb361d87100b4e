import type { SqlExecutor } from '@argosy/platform-database';
import { ElectionRecord } from './election-record.port.js';
import type { StepDown } from './self-demotion.js';

/** The record beside the leases, by the clock of the server. */
export class PostgresElectionRecord extends ElectionRecord {
  constructor(private readonly sql: SqlExecutor) {
    super();
  }

  override async stoodBy(name: string, candidate: string): Promise<void> {
    await this.sql.query({
      name: 'election-stood-by',
      text: `insert into election.standbys (name, candidate, seen_at) values ($1, $2, clock_timestamp())
        on conflict (name) do update set candidate = excluded.candidate, seen_at = excluded.seen_at`,
      values: [name, candidate],
    });
  }

  override async isStandbyThere(name: string, withinMs: number): Promise<boolean> {
    const { rows } = await this.sql.query({
      text: `select from election.standbys
        where name = $1 and seen_at > clock_timestamp() - $2 * interval '1 millisecond'`,
      values: [name, withinMs],
    });
    return rows.length > 0;
  }

  override async steppedDown(name: string, place: string, reason: string): Promise<void> {
    await this.sql.query({
      text: 'insert into election.step_downs (name, place, reason) values ($1, $2, $3)',
      values: [name, place, reason],
    });
  }

  override async stepDowns(
    name: string,
    withinMs: number,
  ): Promise<readonly (StepDown & { readonly place: string })[]> {
    const { rows } = await this.sql.query({
      text: `select place, floor(extract(epoch from clock_timestamp() - at) * 1000)::bigint as ago from election.step_downs
        where name = $1 and at > clock_timestamp() - $2 * interval '1 millisecond' order by at`,
      values: [name, withinMs],
    });
    return rows.map((row) => ({ place: String(row['place']), agoMs: Number(row['ago']) }));
  }
}
