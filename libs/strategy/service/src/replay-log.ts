import type { Random } from '@argosy/domain';
import {
  type AnyStrategyType,
  createStrategy,
  type RawParameters,
  readParameters,
  type RunningStrategy,
  type RunSpec,
} from '@argosy/strategy-api';
import { actionsText, revived } from './event-text.js';

/** The first place where a strategy decided otherwise than its log says. */
export interface ReplayDifference {
  /** 1 and up. */
  readonly line: number;
  readonly logged: string;
  readonly replayed: string;
}

export interface ReplayReport {
  readonly events: number;
  readonly actions: number;
  /** Empty when every decision was the same, byte for byte (I-32). */
  readonly differences: readonly ReplayDifference[];
  /** False when the log stops without saying why: its end was lost with the process. */
  readonly isWhole: boolean;
}

/** Differences beyond this say nothing new. */
const DIFFERENCES_MAX = 20;

type Line =
  | { readonly log: string; readonly format: number; readonly spec: RunSpec }
  | { readonly n: number; readonly event: unknown; readonly actions: unknown }
  | { readonly parameters: RawParameters }
  | { readonly end: string };

export class ReplayError extends Error {
  override readonly name = 'ReplayError';
}

/**
 * Takes every decision of a run again and compares what it did.
 * @throws ReplayError for text that is no such log, or a log of another type or version.
 */
export function replayLog(
  type: AnyStrategyType,
  lines: Iterable<string>,
  randomOf: (seed: string) => Random,
): ReplayReport {
  let strategy: RunningStrategy<unknown> | undefined;
  const count = { events: 0, actions: 0, isWhole: false, line: 0 };
  const differences: ReplayDifference[] = [];
  for (const text of lines) {
    count.line += 1;
    const line = lineOf(text, count.line);
    if ('log' in line) strategy = begun(type, line, randomOf);
    else if (strategy === undefined)
      throw new ReplayError('the log does not begin with what the strategy was made from');
    else if ('parameters' in line) strategy.reconfigure(readParameters(type, line.parameters));
    else if ('end' in line) count.isWhole = true;
    else if (line.actions !== null) {
      const did = strategy.on(revived(line.event) as never);
      const [replayed, logged] = [actionsText(did), JSON.stringify(line.actions)];
      count.events += 1;
      count.actions += did.length;
      if (replayed !== logged && differences.length < DIFFERENCES_MAX)
        differences.push({ line: count.line, logged, replayed });
    }
  }
  return { events: count.events, actions: count.actions, differences, isWhole: count.isWhole };
}

function begun(
  type: AnyStrategyType,
  { spec, format }: Extract<Line, { readonly log: string }>,
  randomOf: (seed: string) => Random,
): RunningStrategy<unknown> {
  if (format !== 1) throw new ReplayError(`a log of format ${String(format)}`);
  if (spec.type !== type.type || spec.version !== type.version)
    throw new ReplayError(`a log of ${spec.type}@${spec.version}, replayed with ${type.type}@${type.version}`);
  return createStrategy(new Map([[type.type, type]]), spec, randomOf).strategy;
}

function lineOf(text: string, number: number): Line {
  try {
    const line: unknown = JSON.parse(text);
    if (typeof line === 'object' && line !== null && ['log', 'event', 'parameters', 'end'].some((key) => key in line))
      return line as Line;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new ReplayError(`line ${String(number)} is no line of a strategy log`);
}
