/**
 * What a strategy sees and may ask for, what its configuration says, and what the host must not forget of it. A strategy
 * is a state machine from events to actions: the host, the backtester and a replay feed it the same way. It refuses
 * clocks, sockets, keys and promises: those are the host's.
 */
export type { MarketEventKind, StrategyEvent, StrategyEventKind } from './strategy-event.js';
export type { StrategyAction } from './strategy-action.js';
export type { ParameterProblem, RunningStrategy, StrategySetup, StrategyType } from './strategy.js';
export type { RunSpec } from './run-spec.js';
export {
  type AnyStrategyType,
  createStrategy,
  readParameters,
  type StrategyTypes,
  strategyTypes,
} from './strategy-types.js';
export { thrownBy } from './thrown-by.js';
export { ACTIONS_PER_EVENT_MAX, NonsenseAction } from './nonsense-action.js';
export { RequestIds } from './request-ids.js';
export { type Bounds, ParameterReader } from './parameter-reader.js';
export {
  type ConfigRead,
  describeStrategyProblem,
  type RawParameters,
  type StrategyConfig,
  strategyConfigJson,
  StrategyConfigReader,
  type StrategyPatch,
  type StrategyProblem,
  type StrategyRiskLimits,
  strategyValidationReport,
} from './strategy-config.js';
export {
  type HoldingsCheckpoint,
  type StoredStrategy,
  STRATEGY_ACTIONS,
  type StrategyHistoryAction,
  type StrategyHistoryEntry,
  type StrategyHolding,
  StrategyStore,
} from './strategy-store.port.js';
export { MemoryStrategyStore } from './memory-strategy-store.js';
