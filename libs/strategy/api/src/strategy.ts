import type { InstrumentId, Random, Result, StrategyId } from '@argosy/domain';
import type { StrategyAction } from './strategy-action.js';
import type { MarketEventKind, StrategyEvent } from './strategy-event.js';

/** One parameter that cannot be used, said to the person who wrote it. */
export interface ParameterProblem {
  readonly parameter: string;
  readonly value: string;
  readonly problem: string;
  readonly fix: string;
}

/** What a strategy is made from. */
export interface StrategySetup<Parameters> {
  readonly strategyId: StrategyId;
  /** In the order of its configuration; the first is the one it trades unless it says otherwise. */
  readonly instruments: readonly InstrumentId[];
  readonly parameters: Parameters;
  /** Distinguishes this start of the strategy from every other: part of its order request ids. */
  readonly run: string;
  /** Seeded by the host: chance that a replay repeats. */
  readonly random: Random;
}

/**
 * A strategy while it runs: a state machine from events to actions. No clock, no sockets, no promises: it is told the
 * time, so that backtest, replay and live are the same code.
 */
export interface RunningStrategy<Parameters> {
  on(event: StrategyEvent): readonly StrategyAction[];
  /** New parameters from now on, without a restart. */
  reconfigure(parameters: Parameters): void;
  /** Numbers worth watching, for status and metrics. */
  readonly vitals: Readonly<Record<string, string>>;
}

/** A kind of strategy: what `type` in a configuration file names. */
export interface StrategyType<Parameters> {
  /** E.g. `market_maker`. */
  readonly type: string;
  /** Rises with every change of behaviour. */
  readonly version: string;
  /** What each of its symbols is for, in order: a configuration names exactly so many. Absent: one or more. */
  readonly instrumentRoles?: readonly string[];
  /** Market events it wants to hear; absent: all. What happens to its account it always hears. */
  readonly listensTo?: readonly MarketEventKind[];
  /** Every parameter with its meaning, unit and bounds, for documentation and for errors. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Reads raw parameters (text, numbers as text, booleans); unknown names and absent ones are problems, all at once. */
  parse(raw: Readonly<Record<string, unknown>>): Result<Parameters, readonly ParameterProblem[]>;
  create(setup: StrategySetup<Parameters>): RunningStrategy<Parameters>;
}
