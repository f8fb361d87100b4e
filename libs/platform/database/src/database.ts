import { prescribedSpec } from '@argosy/platform-observability';
import {
  type Counter,
  type Logger,
  type Metrics,
  SilentMetrics,
  SilentTracer,
  type Tracer,
} from '@argosy/platform-port';
import pg, { type Pool, type PoolClient } from 'pg';
import { openPool, type PoolOptions } from './open-pool.js';
import { retryable, storeFault } from './sql-error.js';

export type Row = Readonly<Record<string, unknown>>;

export interface Statement {
  /** Prepared once on each connection under this name; the same name always has the same text. */
  readonly name?: string;
  readonly text: string;
  readonly values?: readonly unknown[] | undefined;
}

/** Whatever runs a statement: the pool, or one transaction. */
export interface SqlExecutor {
  query(statement: Statement): Promise<{ readonly rows: readonly Row[]; readonly rowCount: number | null }>;
}

export interface DatabaseParts {
  readonly logger: Logger;
  readonly metrics?: Metrics;
  readonly tracer?: Tracer;
}

/** Races are lost rarely; five in a row are contention that somebody has to look at. */
const RACE_TRIES_MAX = 5;

/**
 * One service's way to Postgres. Every failure that may be the server's is a Fault STORE_UNAVAILABLE; a refused
 * statement is thrown as it is.
 */
export class Database implements SqlExecutor {
  readonly pool: Pool;
  readonly #failedConnections: Counter<never>;
  readonly #tracer: Tracer;

  constructor(
    private readonly options: PoolOptions,
    parts: DatabaseParts,
  ) {
    this.pool = openPool(options);
    this.#tracer = parts.tracer ?? new SilentTracer();
    this.#failedConnections = (parts.metrics ?? new SilentMetrics()).counter(
      prescribedSpec('database_connections_failed_total'),
    );
    // Without a listener an idle connection that is lost ends the process.
    this.pool.on('error', (error) => {
      this.#failedConnections.add({});
      parts.logger.warning('database_connection_lost', { application: options.applicationName, error });
    });
  }

  /** Faults: STORE_UNAVAILABLE. */
  async query(statement: Statement): Promise<{ readonly rows: readonly Row[]; readonly rowCount: number | null }> {
    return this.traced(statement.name ?? 'query', async () => {
      const client = await this.connect();
      try {
        const result = await runOn(client, statement);
        client.release();
        return result;
      } catch (error) {
        release(client, error);
        throw storeFault(error, this.what);
      }
    });
  }

  /**
   * All or nothing. Runs again when Postgres says that a race was lost, so `work` has to be free of other effects.
   * Faults: STORE_UNAVAILABLE; then it may have been committed.
   */
  async transaction<T>(
    work: (sql: SqlExecutor) => Promise<T>,
    isolation: 'read committed' | 'repeatable read' | 'serializable' = 'read committed',
  ): Promise<T> {
    return this.traced('transaction', async () => {
      for (let tries = 1; ; tries += 1) {
        try {
          return await this.once(work, isolation);
        } catch (error) {
          if (!retryable(error) || tries >= RACE_TRIES_MAX) throw storeFault(error, this.what);
        }
      }
    });
  }

  /** Rejects with the reason as long as the server does not answer. */
  async ping(): Promise<void> {
    await this.query({ text: 'select 1' });
  }

  async stop(): Promise<void> {
    await this.pool.end();
  }

  private async once<T>(work: (sql: SqlExecutor) => Promise<T>, isolation: string): Promise<T> {
    const client = await this.connect();
    try {
      await client.query(`begin isolation level ${isolation}`);
      const value = await work({ query: (statement) => runOn(client, statement) });
      await client.query('commit');
      client.release();
      return value;
    } catch (error) {
      await client.query('rollback').then(
        () => client.release(),
        (rollback: unknown) => release(client, rollback),
      );
      throw error;
    }
  }

  private async connect(): Promise<PoolClient> {
    try {
      return await this.pool.connect();
    } catch (error) {
      this.#failedConnections.add({});
      throw storeFault(error, this.what);
    }
  }

  private get what(): string {
    return `database of ${this.options.applicationName}`;
  }

  private async traced<T>(name: string, work: () => Promise<T>): Promise<T> {
    const span = this.#tracer.start(`postgres ${name}`, {
      kind: 'client',
      attributes: { 'db.system.name': 'postgresql', 'db.namespace': this.options.user },
    });
    try {
      return await work();
    } catch (error) {
      span.fail(error instanceof Error ? error.message : String(error));
      throw error;
    } finally {
      span.end();
    }
  }
}

/** The driver's typings do not say that a query has a name. */
type NamedQuery = pg.Query & { name?: string };

/**
 * As a query object of the driver's: a plain description is copied property by property, and its promise is made to
 * collect a second stack. Both cost as much as the parameters of an order.
 */
function runOn(
  client: PoolClient,
  { name, text, values = [] }: Statement,
): Promise<{ readonly rows: readonly Row[]; readonly rowCount: number | null }> {
  return new Promise((resolve, reject) => {
    // The driver says null where its typings say undefined.
    const settle = (error: Error | null | undefined, result: pg.ResultBuilder<Row>): void => {
      if (error === null || error === undefined) resolve(result);
      else reject(error);
    };
    const query: NamedQuery = new pg.Query(text, [...values], settle);
    if (name !== undefined) query.name = name;
    client.query(query);
  });
}

/** A connection on which something failed that was not the statement is thrown away. */
function release(client: PoolClient, error: unknown): void {
  const isBroken = storeFault(error, '') !== error;
  client.release(isBroken);
}
