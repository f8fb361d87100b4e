import type { Pool, PoolClient, QueryConfig, QueryResultRow } from 'pg';
import { storeFault } from './store-fault.js';

/** Proving the books reads all of them: a statement of that may take longer than one of the order path. */
const SNAPSHOT_STATEMENT_MS_MAX = 60_000;

/** The few ways in which the store talks to Postgres; faults are named at this one place. */
export class SqlDatabase {
  constructor(private readonly pool: Pool) {}

  /** Bound, because reading functions take it as it is; a snapshot hands them its own. */
  readonly rows = async <R>(text: string, values: readonly unknown[] = []): Promise<R[]> =>
    this.run({ text, values: [...values] });

  /** Prepared on each connection under its name. */
  async prepared<R>(name: string, text: string, values: readonly unknown[]): Promise<R[]> {
    return this.run({ name, text, values: [...values] });
  }

  /** One consistent picture for many reads. */
  async snapshot<T>(
    read: (rows: <R>(text: string, values?: readonly unknown[]) => Promise<R[]>) => Promise<T>,
  ): Promise<T> {
    const client = await this.pool.connect().catch((error: unknown) => {
      throw storeFault(error);
    });
    try {
      await client.query('begin isolation level repeatable read read only');
      await client.query(`set local statement_timeout = ${String(SNAPSHOT_STATEMENT_MS_MAX)}`);
      return await read(async <R>(text: string, values: readonly unknown[] = []) => {
        // The driver's own limit, which its typings do not know.
        const query: QueryConfig & { query_timeout: number } = {
          text,
          values: [...values],
          query_timeout: SNAPSHOT_STATEMENT_MS_MAX,
        };
        return (await client.query<R & QueryResultRow>(query)).rows;
      });
    } catch (error) {
      throw storeFault(error);
    } finally {
      await finish(client);
    }
  }

  private async run<R>(query: QueryConfig): Promise<R[]> {
    try {
      return (await this.pool.query<R & QueryResultRow>(query)).rows;
    } catch (error) {
      throw storeFault(error);
    }
  }
}

/** A connection that cannot even end its transaction is thrown away. */
async function finish(client: PoolClient): Promise<void> {
  try {
    await client.query('commit');
    client.release();
  } catch {
    client.release(true);
  }
}
