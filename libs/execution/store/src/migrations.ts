import { contract, expand, type ServiceSchema } from '@argosy/platform-database';

const FIRST = [
  `CREATE TABLE execution.accounts (
     account_id text PRIMARY KEY,
     venue text NOT NULL,
     kind text NOT NULL CHECK (kind IN ('live', 'paper')),
     epoch integer NOT NULL CHECK (epoch > 0),
     claimed_ns bigint NOT NULL,
     anchored_ns bigint
   )`,
  // I-03: whoever writes it, an epoch only grows.
  `CREATE FUNCTION execution.epoch_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
   BEGIN
     IF NEW.epoch < OLD.epoch THEN
       RAISE EXCEPTION 'epoch of % may not fall from % to %', OLD.account_id, OLD.epoch, NEW.epoch;
     END IF;
     RETURN NEW;
   END $$`,
  `CREATE TRIGGER epoch_only_grows BEFORE UPDATE ON execution.accounts
     FOR EACH ROW EXECUTE FUNCTION execution.epoch_only_grows()`,
  `CREATE TABLE execution.publications (
     account_id text PRIMARY KEY REFERENCES execution.accounts,
     published_sequence bigint NOT NULL
   )`,
  `CREATE TABLE execution.opening_positions (
     account_id text NOT NULL REFERENCES execution.accounts,
     instrument_id text NOT NULL,
     quantity numeric(38,12) NOT NULL,
     PRIMARY KEY (account_id, instrument_id)
   )`,
  // No foreign keys on the order path: every write is guarded by the account's own row, which proves it.
  `CREATE TABLE execution.intents (
     client_order_id text PRIMARY KEY,
     account_id text NOT NULL,
     order_request_id text NOT NULL,
     strategy_id text NOT NULL,
     venue text NOT NULL,
     instrument_id text NOT NULL,
     side text NOT NULL CHECK (side IN ('buy', 'sell')),
     quantity numeric(38,12) NOT NULL CHECK (quantity > 0),
     limit_price numeric(38,12) NOT NULL CHECK (limit_price > 0),
     time_in_force text NOT NULL,
     reduce_only boolean NOT NULL,
     account_kind text NOT NULL,
     nonce numeric(20) NOT NULL,
     signer text NOT NULL,
     epoch integer NOT NULL,
     risk_epoch integer NOT NULL,
     expires_ns bigint NOT NULL,
     approval_expires_ns bigint NOT NULL,
     strategy_version text NOT NULL,
     config_version text NOT NULL,
     model_version text NOT NULL,
     instrument_version integer NOT NULL,
     traceparent text NOT NULL,
     tick_received_ns bigint,
     arrival_mid numeric(38,12),
     written_at timestamptz NOT NULL DEFAULT clock_timestamp(),
     UNIQUE (account_id, order_request_id),
     UNIQUE (signer, nonce)
   )`,
  `CREATE TABLE execution.orders (
     client_order_id text PRIMARY KEY,
     account_id text NOT NULL,
     venue_order_id text,
     order_request_id text NOT NULL,
     strategy_id text NOT NULL,
     venue text NOT NULL,
     instrument_id text NOT NULL,
     side text NOT NULL,
     quantity numeric(38,12) NOT NULL,
     limit_price numeric(38,12) NOT NULL,
     time_in_force text NOT NULL,
     reduce_only boolean NOT NULL,
     account_kind text NOT NULL,
     state text NOT NULL,
     filled_quantity numeric(38,12) NOT NULL,
     filled_notional numeric(38,12) NOT NULL,
     epoch integer NOT NULL,
     created_ns bigint NOT NULL,
     updated_ns bigint NOT NULL,
     reason text NOT NULL,
     external boolean NOT NULL,
     arrival_mid numeric(38,12)
   )`,
  `CREATE INDEX orders_newest ON execution.orders (created_ns DESC)`,
  `CREATE INDEX orders_open ON execution.orders (account_id)
     WHERE state NOT IN ('filled', 'cancelled', 'expired', 'rejected')`,
  `CREATE TABLE execution.fills (
     account_id text NOT NULL REFERENCES execution.accounts,
     fill_id text NOT NULL,
     instrument_id text NOT NULL,
     side text NOT NULL,
     quantity numeric(38,12) NOT NULL,
     price numeric(38,12) NOT NULL,
     client_order_id text,
     epoch integer NOT NULL,
     venue_time_ns bigint NOT NULL,
     PRIMARY KEY (account_id, fill_id)
   )`,
  `CREATE INDEX fills_newest ON execution.fills (account_id, venue_time_ns DESC)`,
  `CREATE TABLE execution.fundings (
     account_id text NOT NULL REFERENCES execution.accounts,
     payment_id text NOT NULL,
     epoch integer NOT NULL,
     venue_time_ns bigint NOT NULL,
     PRIMARY KEY (account_id, payment_id)
   )`,
  `CREATE TABLE execution.account_events (
     account_id text NOT NULL,
     sequence bigint NOT NULL,
     event_id text NOT NULL UNIQUE,
     subject text NOT NULL,
     payload bytea NOT NULL,
     traceparent text NOT NULL,
     epoch integer NOT NULL,
     PRIMARY KEY (account_id, sequence)
   )`,
  `CREATE TABLE execution.loss_days (
     account_id text PRIMARY KEY REFERENCES execution.accounts,
     day bigint NOT NULL,
     start_ns bigint NOT NULL,
     start_equity numeric(38,12) NOT NULL,
     start_transfers numeric(38,12) NOT NULL,
     last_ns bigint NOT NULL,
     last_equity numeric(38,12) NOT NULL,
     last_transfers numeric(38,12) NOT NULL
   )`,
  `CREATE TABLE execution.kill_latches (
     kill_id text PRIMARY KEY,
     actor text NOT NULL,
     reason text NOT NULL,
     at_ns bigint NOT NULL,
     lifted_by text,
     lifted_reason text,
     lifted_ns bigint
   )`,
  // At most one kill is latched at a time: a second one finds the first.
  `CREATE UNIQUE INDEX one_kill ON execution.kill_latches ((true)) WHERE lifted_ns IS NULL`,
];

/** An event's id is its account and sequence, which are the key: the second index only cost each order its time. */
const EVENT_IDS = ['ALTER TABLE execution.account_events DROP CONSTRAINT account_events_event_id_key'];

/** The execution schema, expanded in order; a statement is never changed once released. */
export const executionSchema: ServiceSchema = {
  schema: 'execution',
  rights: 'rows',
  migrations: [expand('execution-0001-first', FIRST), contract('execution-0002-event-ids', EVENT_IDS)],
};
