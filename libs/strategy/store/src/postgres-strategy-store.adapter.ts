import {
  type AccountId,
  format,
  instrumentId,
  InvariantViolation,
  parseAmount,
  type StrategyId,
  strategyId,
  timeNs,
} from '@argosy/domain';
import type { Database, Row, SqlExecutor } from '@argosy/platform-database';
import {
  type HoldingsCheckpoint,
  type StoredStrategy,
  STRATEGY_ACTIONS,
  type StrategyHistoryEntry,
  StrategyStore,
} from '@argosy/strategy-api';

/** What strategy-host must not forget, in Postgres. */
export class PostgresStrategyStore extends StrategyStore {
  constructor(private readonly database: Pick<Database, 'query' | 'transaction'>) {
    super();
  }

  override async loaded(): Promise<readonly StoredStrategy[]> {
    const text = `SELECT strategy_id, config_json, config_version, wanted FROM strategy.strategies
                  WHERE is_loaded ORDER BY strategy_id COLLATE "C"`;
    const { rows } = await this.database.query({ text });
    return rows.map((row) => ({
      strategyId: strategyId(column(row, 'strategy_id')),
      configJson: column(row, 'config_json'),
      configVersion: Number(column(row, 'config_version')),
      wanted: column(row, 'wanted') === 'running' ? 'running' : 'stopped',
    }));
  }

  override async wasUnloaded(strategy: StrategyId): Promise<boolean> {
    const text = 'SELECT 1 FROM strategy.strategies WHERE strategy_id = $1 AND NOT is_loaded';
    const { rows } = await this.database.query({ text, values: [strategy] });
    return rows.length > 0;
  }

  override async saveConfig(strategy: StrategyId, configJson: string): Promise<number> {
    const text = `INSERT INTO strategy.strategies AS s VALUES ($1, $2, 1, 'stopped', true)
                  ON CONFLICT (strategy_id) DO UPDATE SET config_json = excluded.config_json,
                    config_version = s.config_version + 1, is_loaded = true
                  RETURNING config_version`;
    const { rows } = await this.database.query({ text, values: [strategy, configJson] });
    return Number(column(only(rows), 'config_version'));
  }

  override async want(strategy: StrategyId, wanted: StoredStrategy['wanted']): Promise<void> {
    const text = 'UPDATE strategy.strategies SET wanted = $2 WHERE strategy_id = $1 AND is_loaded';
    await this.database.query({ text, values: [strategy, wanted] });
  }

  override async unload(strategy: StrategyId): Promise<void> {
    const text = `UPDATE strategy.strategies SET wanted = 'stopped', is_loaded = false WHERE strategy_id = $1`;
    await this.database.query({ text, values: [strategy] });
  }

  override async claimRun(strategy: StrategyId, atLeast: bigint): Promise<bigint> {
    const text = `INSERT INTO strategy.runs AS r VALUES ($1, greatest($2::bigint, 1))
                  ON CONFLICT (strategy_id) DO UPDATE SET last_run = greatest(r.last_run + 1, $2::bigint)
                  RETURNING last_run`;
    const { rows } = await this.database.query({ text, values: [strategy, String(atLeast)] });
    return BigInt(column(only(rows), 'last_run'));
  }

  override async record(entry: StrategyHistoryEntry): Promise<void> {
    const text = `INSERT INTO strategy.history (strategy_id, action, actor, reason, config_version, at_ns)
                  VALUES ($1, $2, $3, $4, $5, $6)`;
    const { actor, reason, configVersion, at } = entry;
    // Postgres has no text with a NUL in it, and an audit row must not fail on what somebody wrote.
    const clean = (told: string): string => told.replaceAll('\0', '\u{FFFD}');
    const values = [entry.strategyId, entry.action, clean(actor), clean(reason), configVersion, String(at)];
    await this.database.query({ text, values });
  }

  override async history(strategy: StrategyId, limit: number): Promise<readonly StrategyHistoryEntry[]> {
    const text = 'SELECT * FROM strategy.history WHERE strategy_id = $1 ORDER BY position DESC LIMIT $2';
    const { rows } = await this.database.query({ text, values: [strategy, limit] });
    return rows.map(historyEntry);
  }

  override async checkpoint(account: AccountId): Promise<HoldingsCheckpoint | undefined> {
    return this.database.transaction(async (sql) => {
      const head = await sql.query({
        text: 'SELECT sequence FROM strategy.checkpoints WHERE account_id = $1',
        values: [account],
      });
      const [row] = head.rows;
      if (row === undefined) return undefined;
      const text = `SELECT strategy_id, instrument_id, quantity FROM strategy.holdings WHERE account_id = $1
                    ORDER BY strategy_id COLLATE "C", instrument_id COLLATE "C"`;
      const { rows } = await sql.query({ text, values: [account] });
      const holdings = rows.map((held) => ({
        strategyId: strategyId(column(held, 'strategy_id')),
        instrumentId: instrumentId(column(held, 'instrument_id')),
        quantity: parseAmount(column(held, 'quantity')),
      }));
      return { accountId: account, sequence: BigInt(column(row, 'sequence')), holdings };
      // The two reads have to be of one moment.
    }, 'repeatable read');
  }

  override async saveCheckpoint(checkpoint: HoldingsCheckpoint): Promise<void> {
    const { accountId, sequence, holdings } = checkpoint;
    await this.database.transaction(async (sql) => {
      const text = `INSERT INTO strategy.checkpoints AS c VALUES ($1, $2)
                    ON CONFLICT (account_id) DO UPDATE SET sequence = excluded.sequence
                    WHERE c.sequence <= excluded.sequence`;
      const { rowCount } = await sql.query({ text, values: [accountId, String(sequence)] });
      if (rowCount !== 0) await replaceHoldings(sql, accountId, holdings);
    });
  }
}

async function replaceHoldings(
  sql: SqlExecutor,
  account: AccountId,
  holdings: HoldingsCheckpoint['holdings'],
): Promise<void> {
  await sql.query({ text: 'DELETE FROM strategy.holdings WHERE account_id = $1', values: [account] });
  if (holdings.length === 0) return;
  const text = `INSERT INTO strategy.holdings (account_id, strategy_id, instrument_id, quantity)
                SELECT $1, * FROM unnest($2::text[], $3::text[], $4::numeric[])`;
  const columns = [
    holdings.map(({ strategyId: strategy }) => strategy),
    holdings.map(({ instrumentId: instrument }) => instrument),
    holdings.map(({ quantity }) => format(quantity)),
  ];
  await sql.query({ text, values: [account, ...columns] });
}

function historyEntry(row: Row): StrategyHistoryEntry {
  const action = STRATEGY_ACTIONS.find((one) => one === column(row, 'action'));
  if (action === undefined) throw new InvariantViolation(`the history knows an action '${column(row, 'action')}'`);
  return {
    strategyId: strategyId(column(row, 'strategy_id')),
    action,
    actor: column(row, 'actor'),
    reason: column(row, 'reason'),
    configVersion: Number(column(row, 'config_version')),
    at: timeNs(BigInt(column(row, 'at_ns'))),
  };
}

/** Text and integers only: nothing else is asked for here. */
function column(row: Row, name: string): string {
  const value = row[name];
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  throw new InvariantViolation(`the strategy store has no ${name}`);
}

function only(rows: readonly Row[]): Row {
  const [row] = rows;
  if (row === undefined) throw new InvariantViolation('a statement that returns a row returned none');
  return row;
}
