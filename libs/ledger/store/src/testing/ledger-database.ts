import pg from 'pg';
import { LEDGER_MIGRATIONS } from '../ledger-migrations.js';

/** A database with the ledger's schema, and pools for whoever wants in. */
export class LedgerDatabase {
  /** Owner of the schema: may do what the ledger may not. */
  readonly owner: pg.Pool;
  private readonly pools: pg.Pool[] = [];

  constructor(private readonly url: string) {
    this.owner = this.pool();
  }

  async migrate(): Promise<void> {
    for (const { sql } of LEDGER_MIGRATIONS) await this.owner.query(sql);
  }

  /** Connections with the rights of the service: `ledger` and no more. */
  service(): pg.Pool {
    return this.pool('-c role=ledger');
  }

  async empty(): Promise<void> {
    const client = await this.owner.connect();
    // Only a superuser may switch the insert-only triggers off, and only for a session.
    await client.query("set session_replication_role = 'replica'");
    await client.query(
      'truncate ledger.books, ledger.accounts, ledger.entries, ledger.postings, ledger.balances, ledger.day_totals, ledger.positions, ledger.breaks, ledger.anchors restart identity',
    );
    client.release(true);
  }

  async stop(): Promise<void> {
    await Promise.all(this.pools.map((pool) => pool.end()));
  }

  private pool(options?: string): pg.Pool {
    const pool = new pg.Pool({ connectionString: this.url, max: 4, ...(options === undefined ? {} : { options }) });
    // A server that is stopped under idle connections is part of the specs.
    pool.on('error', () => undefined);
    this.pools.push(pool);
    return pool;
  }
}
