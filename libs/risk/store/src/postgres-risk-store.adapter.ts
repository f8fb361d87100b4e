import {
  type AccountId,
  accountId,
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
  type EquityMarks,
  type LossMemory,
  type PositionOverride,
  RiskStore,
  RUNAWAY_KINDS,
  type StoppedStrategyRecord,
  type StoredTradingState,
  type StrategyLimits,
  type TradingChange,
} from '@argosy/risk-core';
import { historyText, marksFrom, marksText, stopFrom, stopText } from './loss-memory-text.js';
import * as sql from './risk-sql.js';

/** The fleet's own scope; no strategy has an empty name. */
const FLEET = '';

/** Risk's durable word in Postgres. */
export class PostgresRiskStore extends RiskStore {
  /** The histories as last written, so that only changed ones are written again. */
  private readonly written = new Map<AccountId, Pick<EquityMarks, 'hour' | 'samples'>>();

  constructor(private readonly database: SqlExecutor) {
    super();
  }

  override async epoch(): Promise<number> {
    const [row] = await this.run('SELECT epoch FROM risk.epoch', []);
    return row === undefined ? 0 : Number(text(row, 'epoch'));
  }

  override async claimEpoch(epoch: number, at: TimeNs): Promise<void> {
    const [row] = await this.run(sql.CLAIM_EPOCH, [epoch, String(at)]);
    if (row === undefined) throw stale(epoch);
  }

  override async tradingState(): Promise<StoredTradingState> {
    const [row] = await this.run('SELECT * FROM risk.trading_state', []);
    return stateFromRow(row);
  }

  override configure(
    request: { readonly tradingEnabled?: boolean; readonly newSignalsEnabled?: boolean } & TradingChange,
  ): Promise<StoredTradingState> {
    return this.change(sql.CONFIGURE, request, [request.tradingEnabled ?? null, request.newSignalsEnabled ?? null]);
  }

  override kill(request: TradingChange & { readonly killId: string }): Promise<StoredTradingState> {
    return this.change(sql.KILL, request, [request.killId]);
  }

  override resume(request: TradingChange): Promise<StoredTradingState> {
    return this.change(sql.RESUME, request);
  }

  override tripBreaker(request: TradingChange): Promise<StoredTradingState> {
    return this.change(sql.TRIP_BREAKER, request);
  }

  override resetBreaker(request: TradingChange): Promise<StoredTradingState> {
    return this.change(sql.RESET_BREAKER, request);
  }

  private async change(
    statement: string,
    { actor, reason, at, epoch }: TradingChange,
    more: readonly unknown[] = [],
  ): Promise<StoredTradingState> {
    const [row] = await this.run(statement, [actor, reason, String(at), epoch, ...more]);
    if (row?.['leads'] !== true) throw stale(epoch);
    return present(row, 'version') ? stateFromRow(row) : this.tradingState();
  }

  override async recordDecisions(decisions: readonly DecisionRecord[], epoch: number): Promise<void> {
    const column = (of: (decision: DecisionRecord) => unknown): unknown[] => decisions.map(of);
    await this.write(
      sql.RECORD_DECISIONS,
      epoch,
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

  override setStrategyLimits(strategy: StrategyId, limits: StrategyLimits, epoch: number): Promise<void> {
    const values = [strategy, format(limits.maxPositionUsd), format(limits.maxOrderSizeUsd)];
    return this.write(sql.SET_STRATEGY_LIMITS, epoch, values);
  }

  override async lossMemories(): Promise<ReadonlyMap<AccountId, LossMemory>> {
    const rows = await this.run('SELECT account_id, marks, history, stop FROM risk.loss_memory', []);
    return new Map(
      rows.map((row) => [
        accountId(text(row, 'account_id')),
        { marks: marksFrom(row['marks'], row['history']), stop: stopFrom(row['stop']) },
      ]),
    );
  }

  override async saveLosses(account: AccountId, { marks, stop }: LossMemory, epoch: number): Promise<void> {
    const before = this.written.get(account);
    const same = before !== undefined && before.hour === marks.hour && before.samples === marks.samples;
    const history = same ? null : historyText(marks);
    await this.write(sql.SAVE_LOSSES, epoch, [account, marksText(marks), history, stopText(stop)], 'save_losses');
    this.written.set(account, marks);
  }

  override async beginLosses(account: AccountId, { marks, stop }: LossMemory, change: TradingChange): Promise<void> {
    const { actor, reason, at, epoch } = change;
    const values = [account, actor, reason, String(at), marksText(marks), historyText(marks), stopText(stop)];
    await this.write(sql.BEGIN_LOSSES, epoch, values);
    this.written.set(account, marks);
  }

  override async overrides(): Promise<readonly PositionOverride[]> {
    return (await this.run('SELECT * FROM risk.position_overrides ORDER BY scope', [])).map(overrideFromRow);
  }

  override setOverride(override: PositionOverride, change: TradingChange): Promise<void> {
    const { strategyId: strategy, sizeFactor, maxPositionPct, restore } = override;
    return this.write(sql.SET_OVERRIDE, change.epoch, [
      ...[strategy ?? FLEET, change.actor, change.reason, String(change.at)],
      ...[override.actor, override.reason, String(override.since), format(sizeFactor)],
      maxPositionPct === undefined ? null : format(maxPositionPct),
      restore === undefined ? null : String(restore.startedAt),
      restore === undefined ? null : restore.steps,
      restore === undefined ? null : String(restore.stepIntervalNs),
    ]);
  }

  override clearOverride(strategy: StrategyId | undefined, epoch: number): Promise<void> {
    return this.write(sql.CLEAR_OVERRIDE, epoch, [strategy ?? FLEET]);
  }

  override async stoppedStrategies(): Promise<readonly StoppedStrategyRecord[]> {
    const rows = await this.run('SELECT * FROM risk.stopped_strategies ORDER BY strategy_id', []);
    return rows.map((row) => ({
      strategyId: strategyId(text(row, 'strategy_id')),
      kind: kindOf(text(row, 'kind')),
      reason: text(row, 'reason'),
      at: timeNs(BigInt(text(row, 'at_ns'))),
    }));
  }

  override stopStrategy(
    { strategyId: strategy, kind, reason, at }: StoppedStrategyRecord,
    epoch: number,
  ): Promise<void> {
    return this.write(sql.STOP_STRATEGY, epoch, [strategy, kind, reason, String(at)]);
  }

  override reenableStrategy(strategy: StrategyId, { actor, reason, at, epoch }: TradingChange): Promise<void> {
    return this.write(sql.REENABLE_STRATEGY, epoch, [strategy, actor, reason, String(at)]);
  }

  /** A guarded write: nothing was written unless we lead. */
  private async write(statement: string, epoch: number, values: readonly unknown[], name?: string): Promise<void> {
    const [row] = await this.run(statement, [epoch, ...values], name);
    if (row?.['leads'] !== true) throw stale(epoch);
  }

  private async run(statement: string, values: unknown[], name?: string): Promise<readonly Row[]> {
    try {
      return (await this.database.query({ ...(name === undefined ? {} : { name }), text: statement, values })).rows;
    } catch (error) {
      if (error instanceof Fault) throw error;
      throw new InvariantViolation(`the risk store refused a statement: ${sqlState(error)}`, { cause: error });
    }
  }
}

const stale = (epoch: number): Fault => new Fault('STALE_EPOCH', `risk: epoch ${String(epoch)} is no longer current`);

function kindOf(text: string): StoppedStrategyRecord['kind'] {
  const kind = RUNAWAY_KINDS.find((one) => one === text);
  if (kind === undefined) throw new InvariantViolation(`the risk store holds a runaway of kind '${text}'`);
  return kind;
}

function text(row: Row | undefined, column: string): string {
  const value = row?.[column];
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  throw new InvariantViolation(`column ${column} of the risk store holds ${typeof value}`);
}

const present = (row: Row | undefined, column: string): boolean =>
  row?.[column] !== null && row?.[column] !== undefined;

function overrideFromRow(row: Row): PositionOverride {
  const scope = text(row, 'scope');
  return {
    strategyId: scope === '' ? undefined : strategyId(scope),
    sizeFactor: parseAmount(text(row, 'size_factor')),
    maxPositionPct: present(row, 'max_position_pct') ? parseAmount(text(row, 'max_position_pct')) : undefined,
    actor: text(row, 'actor'),
    reason: text(row, 'reason'),
    since: timeNs(BigInt(text(row, 'since_ns'))),
    ...(present(row, 'restore_steps')
      ? {
          restore: {
            startedAt: timeNs(BigInt(text(row, 'restore_started_ns'))),
            steps: Number(text(row, 'restore_steps')),
            stepIntervalNs: BigInt(text(row, 'restore_interval_ns')),
          },
        }
      : {}),
  };
}

function stateFromRow(row: Row | undefined): StoredTradingState {
  const killed = present(row, 'kill_id');
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
    ...(present(row, 'breaker_ns')
      ? {
          breaker: {
            actor: text(row, 'breaker_actor'),
            reason: text(row, 'breaker_reason'),
            at: timeNs(BigInt(text(row, 'breaker_ns'))),
          },
        }
      : {}),
  };
}
