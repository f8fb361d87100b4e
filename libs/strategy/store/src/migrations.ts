import { expand, type ServiceSchema } from '@argosy/platform-database';

const FIRST = [
  // An unloaded strategy keeps its row: its versions and runs go on counting when it comes back (I-07).
  `CREATE TABLE strategy.strategies (
     strategy_id text PRIMARY KEY,
     config_json text NOT NULL,
     config_version integer NOT NULL CHECK (config_version > 0),
     wanted text NOT NULL CHECK (wanted IN ('running', 'stopped')),
     is_loaded boolean NOT NULL,
     CHECK (is_loaded OR wanted = 'stopped')
   )`,
  `CREATE TABLE strategy.runs (
     strategy_id text PRIMARY KEY,
     last_run bigint NOT NULL CHECK (last_run > 0)
   )`,
  `CREATE TABLE strategy.history (
     position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
     strategy_id text NOT NULL,
     action text NOT NULL,
     actor text NOT NULL,
     reason text NOT NULL,
     config_version integer NOT NULL,
     at_ns bigint NOT NULL
   )`,
  `CREATE INDEX history_by_strategy ON strategy.history (strategy_id, position DESC)`,
  `CREATE TABLE strategy.checkpoints (
     account_id text PRIMARY KEY,
     sequence bigint NOT NULL CHECK (sequence >= 0)
   )`,
  `CREATE TABLE strategy.holdings (
     account_id text NOT NULL REFERENCES strategy.checkpoints,
     strategy_id text NOT NULL,
     instrument_id text NOT NULL,
     quantity numeric(38,12) NOT NULL CHECK (quantity <> 0),
     PRIMARY KEY (account_id, strategy_id, instrument_id)
   )`,
];

/** The strategy schema, expanded in order; a statement is never changed once released. */
export const strategySchema: ServiceSchema = {
  schema: 'strategy',
  rights: 'rows',
  migrations: [expand('strategy-0001-first', FIRST)],
};
