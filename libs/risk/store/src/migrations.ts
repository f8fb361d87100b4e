import { expand, type ServiceSchema } from '@argosy/platform-database';

const FIRST = [
  `CREATE TABLE risk.epoch (
     one boolean PRIMARY KEY DEFAULT true CHECK (one),
     epoch integer NOT NULL CHECK (epoch > 0),
     claimed_ns bigint NOT NULL
   )`,
  `CREATE TABLE risk.trading_state (
     one boolean PRIMARY KEY DEFAULT true CHECK (one),
     version bigint NOT NULL,
     trading_enabled boolean NOT NULL,
     new_signals_enabled boolean NOT NULL,
     kill_id text,
     kill_actor text,
     kill_reason text,
     killed_ns bigint,
     CHECK (kill_id IS NULL OR (kill_actor IS NOT NULL AND kill_reason IS NOT NULL AND killed_ns IS NOT NULL)),
     CHECK (NOT (trading_enabled AND kill_id IS NOT NULL))
   )`,
  // FL-2: a fleet that has never been told anything does not trade.
  `INSERT INTO risk.trading_state (version, trading_enabled, new_signals_enabled) VALUES (1, false, true)`,
  `CREATE TABLE risk.trading_changes (
     version bigint PRIMARY KEY,
     change text NOT NULL,
     actor text NOT NULL,
     reason text NOT NULL,
     at_ns bigint NOT NULL
   )`,
  `CREATE TABLE risk.decisions (
     id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
     order_request_id text NOT NULL,
     strategy_id text NOT NULL,
     decided_ns bigint NOT NULL,
     risk_epoch integer NOT NULL,
     verdict text NOT NULL,
     failed_check text NOT NULL,
     inputs jsonb NOT NULL,
     traceparent text NOT NULL
   )`,
  `CREATE INDEX decisions_by_request ON risk.decisions (order_request_id)`,
  `CREATE TABLE risk.strategy_limits (
     strategy_id text PRIMARY KEY,
     max_position_usd numeric(38,12) NOT NULL CHECK (max_position_usd > 0),
     max_order_size_usd numeric(38,12) NOT NULL CHECK (max_order_size_usd > 0)
   )`,
];

const HALTS = [
  `ALTER TABLE risk.trading_state ADD COLUMN breaker_actor text, ADD COLUMN breaker_reason text, ADD COLUMN breaker_ns bigint,
     ADD CHECK (num_nulls(breaker_actor, breaker_reason, breaker_ns) IN (0, 3))`,
  // I-03: every row says which risk wrote it; 0 stands for those from before.
  `ALTER TABLE risk.trading_changes ADD COLUMN risk_epoch integer NOT NULL DEFAULT 0`,
  `ALTER TABLE risk.strategy_limits ADD COLUMN risk_epoch integer NOT NULL DEFAULT 0`,
  `CREATE TABLE risk.loss_memory (
     account_id text PRIMARY KEY,
     marks jsonb NOT NULL,
     history jsonb NOT NULL,
     stop jsonb,
     risk_epoch integer NOT NULL
   )`,
  `CREATE TABLE risk.position_overrides (
     scope text PRIMARY KEY,
     size_factor numeric(38,12) NOT NULL CHECK (size_factor > 0 AND size_factor <= 1),
     max_position_pct numeric(38,12) CHECK (max_position_pct > 0),
     actor text NOT NULL,
     reason text NOT NULL,
     since_ns bigint NOT NULL,
     restore_started_ns bigint,
     restore_steps integer CHECK (restore_steps > 0),
     restore_interval_ns bigint CHECK (restore_interval_ns > 0),
     risk_epoch integer NOT NULL,
     CHECK (num_nulls(restore_started_ns, restore_steps, restore_interval_ns) IN (0, 3))
   )`,
  `CREATE TABLE risk.stopped_strategies (
     strategy_id text PRIMARY KEY,
     kind text NOT NULL,
     reason text NOT NULL,
     at_ns bigint NOT NULL,
     risk_epoch integer NOT NULL
   )`,
  `CREATE TABLE risk.control_changes (
     id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
     change text NOT NULL,
     scope text NOT NULL,
     actor text NOT NULL,
     reason text NOT NULL,
     at_ns bigint NOT NULL,
     risk_epoch integer NOT NULL
   )`,
];

/** The risk schema, expanded in order; a statement is never changed once released. */
export const riskSchema: ServiceSchema = {
  schema: 'risk',
  rights: 'rows',
  migrations: [expand('risk-0001-first', FIRST), expand('risk-0002-halts', HALTS)],
};
