/** A row while `$n` is the store's epoch; it cannot change before the statement has ended (I-04). */
const leader = (epoch: number): string =>
  `leader AS MATERIALIZED (SELECT 1 AS leads FROM risk.epoch WHERE epoch = $${String(epoch)} FOR SHARE)`;

const STATE =
  'version, trading_enabled, new_signals_enabled, kill_id, kill_actor, kill_reason, killed_ns, breaker_actor, breaker_reason, breaker_ns';

/**
 * A change of the trading state with its row of history in one statement, so that there is none without the other. Gives one
 * row: whether we lead, and the new state if anything changed. `$1` to `$4` are actor, reason, moment and epoch.
 */
const change = (name: string, set: string, condition: string, guard: 'guarded' | 'always' = 'guarded'): string => `
  WITH ${guard === 'guarded' ? leader(4) : 'leader AS (SELECT $4::integer AS leads)'}, changed AS (
    UPDATE risk.trading_state SET version = version + 1, ${set}
    WHERE (${condition}) AND EXISTS (SELECT FROM leader) RETURNING ${STATE}
  ), told AS (
    INSERT INTO risk.trading_changes (version, change, actor, reason, at_ns, risk_epoch)
    SELECT version, '${name}', $1, $2, $3::bigint, $4 FROM changed
  )
  SELECT EXISTS (SELECT FROM leader) AS leads, changed.* FROM (SELECT) AS one LEFT JOIN changed ON true`;

export const CONFIGURE = change(
  'configured',
  'trading_enabled = coalesce($5, trading_enabled), new_signals_enabled = coalesce($6, new_signals_enabled)',
  'kill_id IS NULL OR $5 IS NOT TRUE',
);
/** A kill is never too late: a risk that no longer leads may still make the fleet safe. */
export const KILL = change(
  'killed',
  'trading_enabled = false, kill_id = $5, kill_actor = $1, kill_reason = $2, killed_ns = $3::bigint',
  'kill_id IS NULL',
  'always',
);
export const RESUME = change(
  'resumed',
  'kill_id = NULL, kill_actor = NULL, kill_reason = NULL, killed_ns = NULL',
  'kill_id IS NOT NULL',
);
export const TRIP_BREAKER = change(
  'breaker_tripped',
  'breaker_actor = $1, breaker_reason = $2, breaker_ns = $3::bigint',
  'breaker_ns IS NULL',
);
export const RESET_BREAKER = change(
  'breaker_reset',
  'breaker_actor = NULL, breaker_reason = NULL, breaker_ns = NULL',
  'breaker_ns IS NOT NULL',
);

/** Any other write: `$1` is the epoch; gives whether we lead. */
const guarded = (statement: string): string =>
  `WITH ${leader(1)}, done AS (${statement}) SELECT EXISTS (SELECT FROM leader) AS leads`;
/** A guarded write with its row of history: `$2` to `$5` are scope, actor, reason, moment. */
const told = (name: string, statement: string): string =>
  guarded(`${statement} RETURNING 1), told AS (
    INSERT INTO risk.control_changes (change, scope, actor, reason, at_ns, risk_epoch)
    SELECT '${name}', $2, $3, $4, $5::bigint, $1 FROM leader`);

export const RECORD_DECISIONS = guarded(`
  INSERT INTO risk.decisions (order_request_id, strategy_id, decided_ns, risk_epoch, verdict, failed_check, inputs, traceparent)
  SELECT rows.* FROM leader, unnest($2::text[], $3::text[], $4::bigint[], $5::integer[], $6::text[], $7::text[], $8::jsonb[], $9::text[]) AS rows`);

export const SET_STRATEGY_LIMITS = guarded(`
  INSERT INTO risk.strategy_limits (strategy_id, max_position_usd, max_order_size_usd, risk_epoch)
  SELECT $2, $3::numeric, $4::numeric, $1 FROM leader
  ON CONFLICT (strategy_id) DO UPDATE SET max_position_usd = excluded.max_position_usd,
    max_order_size_usd = excluded.max_order_size_usd, risk_epoch = excluded.risk_epoch`);

const LOSSES = (account: string, from: number): string => {
  const [marks, history, stop] = [from, from + 1, from + 2].map((index) => `$${String(index)}::jsonb`);
  return `
  INSERT INTO risk.loss_memory (account_id, marks, history, stop, risk_epoch)
  SELECT ${account}, ${marks ?? ''}, coalesce(${history ?? ''}, '{"hour":[],"samples":[]}'), ${stop ?? ''}, $1 FROM leader
  ON CONFLICT (account_id) DO UPDATE SET marks = excluded.marks, stop = excluded.stop, risk_epoch = excluded.risk_epoch,
    history = coalesce(${history ?? ''}, risk.loss_memory.history)`;
};
export const SAVE_LOSSES = guarded(LOSSES('$2', 3));
export const BEGIN_LOSSES = told('losses_begun', LOSSES('$2', 6));

export const SET_OVERRIDE = told(
  'positions_overridden',
  `
  INSERT INTO risk.position_overrides (scope, actor, reason, since_ns, size_factor, max_position_pct,
    restore_started_ns, restore_steps, restore_interval_ns, risk_epoch)
  SELECT $2, $6, $7, $8::bigint, $9::numeric, $10::numeric, $11::bigint, $12::integer, $13::bigint, $1 FROM leader
  ON CONFLICT (scope) DO UPDATE SET actor = excluded.actor, reason = excluded.reason, since_ns = excluded.since_ns,
    size_factor = excluded.size_factor, max_position_pct = excluded.max_position_pct,
    restore_started_ns = excluded.restore_started_ns, restore_steps = excluded.restore_steps,
    restore_interval_ns = excluded.restore_interval_ns, risk_epoch = excluded.risk_epoch`,
);
export const CLEAR_OVERRIDE = guarded('DELETE FROM risk.position_overrides USING leader WHERE scope = $2');

export const STOP_STRATEGY = guarded(`
  INSERT INTO risk.stopped_strategies (strategy_id, kind, reason, at_ns, risk_epoch)
  SELECT $2, $3, $4, $5::bigint, $1 FROM leader ON CONFLICT (strategy_id) DO NOTHING`);
export const REENABLE_STRATEGY = told(
  'strategy_reenabled',
  'DELETE FROM risk.stopped_strategies USING leader WHERE strategy_id = $2',
);

/** No row when the store has had this epoch or a later one. */
export const CLAIM_EPOCH = `
  INSERT INTO risk.epoch (epoch, claimed_ns) VALUES ($1, $2)
  ON CONFLICT (one) DO UPDATE SET epoch = excluded.epoch, claimed_ns = excluded.claimed_ns
    WHERE risk.epoch.epoch < excluded.epoch
  RETURNING epoch`;
