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

/** The risk schema, expanded in order; a statement is never changed once released. */
export const riskSchema: ServiceSchema = {
  schema: 'risk',
  rights: 'rows',
  migrations: [expand('risk-0001-first', FIRST)],
};
