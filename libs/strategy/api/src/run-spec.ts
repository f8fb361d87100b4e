import type { InstrumentId, StrategyId } from '@argosy/domain';
import type { RawParameters } from './strategy-config.js';

/** Everything a strategy is made from, plain enough to cross into another process and into a log. */
export interface RunSpec {
  readonly strategyId: StrategyId;
  readonly type: string;
  readonly version: string;
  readonly instruments: readonly InstrumentId[];
  readonly parameters: RawParameters;
  /** Distinguishes this start from every other of the strategy. */
  readonly run: string;
  /** Of its random numbers. */
  readonly seed: string;
}
