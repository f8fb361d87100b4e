import {
  Fault,
  format,
  InvariantViolation,
  parseAmount,
  type StrategyId,
  strategyId,
  type TimeNs,
  timeNs,
} from '@argosy/domain';
import { type Row, sqlState, type SqlExecutor } from '@argosy/platform-database';
import {
  type DecisionRecord,
  RiskStore,
  type StoredTradingState,
  type StrategyLimits,
  type TradingChange,
} from '@argosy/risk-core';

const CHANGED = 'RETURNING version, trading_enabled, new_signals_enabled, kill_id, kill_actor, kill_reason, killed_ns';

/** Each change and its history row are one statement, so there is none without the other. */
const change = (set: string, condition: string, name: string, first: number): string => `
  WITH changed AS (
    UPDATE risk.trading_state SET version = version + 1, ${set} WHERE ${condition} ${CHANGED}
  ), told AS (
    INSERT INTO risk.trading_changes (version, change, actor, reason, at_ns)
    SELECT version, '${name}', $${String(first)}, $${String(first + 1)}, $${String(first + 2)} FROM changed
  )
  SELECT * FROM changed`;

/** Risk's durable word in Postgres. */
export class PostgresRiskStore extends RiskStore {
  constructor(private readonly sql: SqlExecutor) {
    super();
  }

  override async claimEpoch(at: TimeNs): Promise<number> {
    const [row] = await this.run(
      `INSERT INTO risk.epoch (epoch, claimed_ns) VALUES (1, $1)
       ON CONFLICT (one) DO UPDATE SET epoch = risk.epoch.epoch + 1, claimed_ns = excluded.claimed_ns RETURNING epoch`,
      [String(at)],
    );
    return Number(text(row, 'epoch'));
  }

  override async tradingState(): Promise<StoredTradingState> {
    const [row] = await this.run('SELECT * FROM risk.trading_state', []);
    return stateFromRow(row);
  }

  override async configure(
    request: { readonly tradingEnabled?: boolean; readonly newSignalsEnabled?: boolean } & TradingChange,
  ): Promise<StoredTradingState> {
    const [row] = await this.run(
      change(
        'trading_enabled = coalesce($1, trading_enabled), new_signals_enabled = coalesce($2, new_signals_enabled)',
        'kill_id IS NULL OR $1 IS NOT TRUE',
        'configured',
        3,
      ),
      [
        request.tradingEnabled ?? null,
        request.newSignalsEnabled ?? null,
        request.actor,
        request.reason,
        String(request.at),
      ],
    );
    return row === undefined ? this.tradingState() : stateFromRow(row);
  }

  override async kill(request: TradingChange & { readonly killId: string }): Promise<StoredTradingState> {
    const [row] = await this.run(
      change(
        'trading_enabled = false, kill_id = $1, kill_actor = $2, kill_reason = $3, killed_ns = $4::bigint',
        'kill_id IS NULL',
        'killed',
        2,
      ),
      [request.killId, request.actor, request.reason, String(request.at)],
    );
    return row === undefined ? this.tradingState() : stateFromRow(row);
  }

  override async resume(request: TradingChange): Promise<StoredTradingState> {
    const [row] = await this.run(
      change(
        'kill_id = NULL, kill_actor = NULL, kill_reason = NULL, killed_ns = NULL',
        'kill_id IS NOT NULL',
        'resumed',
        1,
      ),
      [request.actor, request.reason, String(request.at)],
    );
    return row === undefined ? this.tradingState() : stateFromRow(row);
  }

  override async recordDecisions(decisions: readonly DecisionRecord[]): Promise<void> {
    const column = (of: (decision: DecisionRecord) => unknown): unknown[] => decisions.map(of);
    await this.run(
      `INSERT INTO risk.decisions (order_request_id, strategy_id, decided_ns, risk_epoch, verdict, failed_check, inputs, traceparent)
       SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[], $4::integer[], $5::text[], $6::text[], $7::jsonb[], $8::text[])`,
      [
        column((decision) => decision.orderRequestId),
        column((decision) => decision.strategyId),
        column((decision) => String(decision.decidedAt)),
        column((decision) => decision.riskEpoch),
        column((decision) => decision.verdict),
        column((decision) => decision.check),
        column((decision) => decision.inputs),
        column((decision) => decision.traceparent),
      ],
      'record_decisions',
    );
  }

  override async strategyLimits(): Promise<ReadonlyMap<StrategyId, StrategyLimits>> {
    const rows = await this.run('SELECT * FROM risk.strategy_limits', []);
    return new Map(
      rows.map((row) => [
        strategyId(text(row, 'strategy_id')),
        {
          maxPositionUsd: parseAmount(text(row, 'max_position_usd')),
          maxOrderSizeUsd: parseAmount(text(row, 'max_order_size_usd')),
        },
      ]),
    );
  }

  override async setStrategyLimits(strategy: StrategyId, limits: StrategyLimits): Promise<void> {
    await this.run(
      `INSERT INTO risk.strategy_limits (strategy_id, max_position_usd, max_order_size_usd) VALUES ($1, $2, $3)
       ON CONFLICT (strategy_id) DO UPDATE SET max_position_usd = excluded.max_position_usd, max_order_size_usd = excluded.max_order_size_usd`,
      [strategy, format(limits.maxPositionUsd), format(limits.maxOrderSizeUsd)],
    );
  }

  private async run(statement: string, values: unknown[], name?: string): Promise<readonly Row[]> {
    try {
      return (await this.sql.query({ ...(name === undefined ? {} : { name }), text: statement, values })).rows;
    } catch (error) {
      if (error instanceof Fault) throw error;
      throw new InvariantViolation(`the risk store refused a statement: ${sqlState(error)}`, { cause: error });
    }
  }
}

function text(row: Row | undefined, column: string): string {
  const value = row?.[column];
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  throw new InvariantViolation(`column ${column} of the risk store holds ${typeof value}`);
}

function stateFromRow(row: Row | undefined): StoredTradingState {
  const killed = row?.['kill_id'] !== null && row?.['kill_id'] !== undefined;
  return {
    version: BigInt(text(row, 'version')),
    tradingEnabled: row?.['trading_enabled'] === true,
    newSignalsEnabled: row?.['new_signals_enabled'] === true,
    ...(killed
      ? {
          kill: {
            killId: text(row, 'kill_id'),
            actor: text(row, 'kill_actor'),
            reason: text(row, 'kill_reason'),
            at: timeNs(BigInt(text(row, 'killed_ns'))),
          },
        }
      : {}),
  };
}
