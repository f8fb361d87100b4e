import type { PoolOptions, Row, SqlExecutor } from '@argosy/platform-database';
import { retryable } from '@argosy/platform-database';
import { type Hold, type LeaseRow, type LeaseRows, LeaseStore, type TakeRequest } from './lease-store.port.js';
import { answerLimitMs, type LeaseTimes } from './lease-times.js';

/** One that hangs, one that is tried instead, one for the release at the end. */
const CONNECTIONS_MAX = 3;

/**
 * Connections of its own, so that a busy pool of the service never delays a heartbeat; everything on them is given up
 * within the time that the protocol has for an answer.
 */
export function leasePoolOptions(service: PoolOptions, times: LeaseTimes): PoolOptions {
  const limitMs = answerLimitMs(times);
  return {
    ...service,
    applicationName: `${service.applicationName}-lease`,
    size: CONNECTIONS_MAX,
    connectTimeoutMs: limitMs,
    statementTimeoutMs: limitMs,
    answerTimeoutMs: limitMs,
  };
}

/** Leases in the schema `election`, judged by Postgres's clock, their epochs from a sequence. */
export class PostgresLeaseStore extends LeaseStore {
  constructor(private readonly sql: SqlExecutor) {
    super();
  }

  override async read(names: readonly string[]): Promise<LeaseRows> {
    const { rows } = await this.sql.query({
      name: 'election-look',
      text: 'select * from election.look($1)',
      values: [names],
    });
    return new Map(rows.map((row) => [String(row['name']), leaseRow(row)]));
  }

  override async take({ names, holder, ttlMs, seen, epochAbove }: TakeRequest): Promise<number | undefined> {
    const epochs = names.map((name) => seen.get(name)?.epoch ?? null);
    const renewals = names.map((name) => seen.get(name)?.renewals ?? null);
    const values = [names, epochs, renewals, holder, ttlMs, epochAbove];
    try {
      const text = 'select election.take($1, $2, $3, $4, $5, $6) as epoch';
      const { rows } = await this.sql.query({ name: 'election-take', text, values });
      const epoch = rows[0]?.['epoch'];
      return typeof epoch === 'string' ? Number(epoch) : undefined;
    } catch (error) {
      // The driver's error stands behind the fault that a lost race may have been made into.
      if (retryable(error) || retryable((error as Error).cause)) return undefined;
      throw error;
    }
  }

  override async renew({ names, holder, epoch }: Hold, ttlMs: number): Promise<boolean> {
    const { rows } = await this.sql.query({
      name: 'election-renew',
      text: 'select election.renew($1, $2, $3, $4) as renewed',
      values: [names, holder, epoch, ttlMs],
    });
    return rows[0]?.['renewed'] === true;
  }

  override async release({ names, holder, epoch }: Hold): Promise<void> {
    await this.sql.query({
      name: 'election-give-back',
      text: 'select election.give_back($1, $2, $3)',
      values: [names, holder, epoch],
    });
  }
}

/** Whole numbers come back as text, because not every one of Postgres's fits a number; epochs and counts do. */
const leaseRow = (row: Row): LeaseRow => ({
  name: String(row['name']),
  epoch: Number(row['epoch']),
  holder: String(row['holder']),
  renewals: Number(row['renewals']),
  ttlMs: Number(row['ttl_ms']),
  released: row['released'] === true,
  expired: row['expired'] === true,
});
