/**
 * What a strategy sees and may ask for. A strategy is a state machine from events to actions: the host, the backtester
 * and a replay feed it the same way. It refuses clocks, sockets, keys and promises: those are the host's.
 */
export type { StrategyEvent, StrategyEventKind } from './strategy-event.js';
export type { StrategyAction } from './strategy-action.js';
export type { ParameterProblem, RunningStrategy, StrategySetup, StrategyType } from './strategy.js';
export { RequestIds } from './request-ids.js';
export { type Bounds, ParameterReader } from './parameter-reader.js';
