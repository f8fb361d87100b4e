import { ManualTime, SeededRandom } from '@argosy/testing';
import pg from 'pg';
import { Migrator } from '@argosy/platform-database';
import { SilentLogger } from '@argosy/platform-port';
import { ledgerSchema } from '../ledger-schema.js';

/** A database with the ledger's schema, and pools for whoever wants in. */
export class LedgerDatabase {
  /** Owner of the schema: may do what the ledger may not. */
  readonly owner: pg.Pool;
  private readonly pools: pg.Pool[] = [];

  constructor(private readonly url: string) {
    this.owner = this.pool();
  }

  async migrate(): Promise<void> {
    const time = new ManualTime();
    const parts = { logger: new SilentLogger(), timers: time.timers, random: new SeededRandom(1) };
    await new Migrator(this.owner, parts).migrate([ledgerSchema]);
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
      'truncate ledger.books, ledger.accounts, ledger.entries, ledger.postings, ledger.balances, ledger.day_totals, ledger.positions, ledger.breaks, ledger.anchors, ledger.checkpoints, ledger.checkpoint_sums restart identity',
    );
    await client.query('update ledger.leadership set epoch = 0');
    client.release(true);
  }

  async stop(): Promise<void> {
    await Promise.all(this.pools.map((pool) => pool.end()));
  }

  private pool(options?: string): pg.Pool {
    // Every test has pools of its own: what they leave idle must not keep the server's places.
    const size = { max: 4, idleTimeoutMillis: 200 };
    const pool = new pg.Pool({ connectionString: this.url, ...size, ...(options === undefined ? {} : { options }) });
    // A server that is stopped under idle connections is part of the specs.
    pool.on('error', () => undefined);
    this.pools.push(pool);
    return pool;
  }
}
