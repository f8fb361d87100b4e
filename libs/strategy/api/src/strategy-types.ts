import type { Random } from '@argosy/domain';
import type { RunSpec } from './run-spec.js';
import type { RunningStrategy, StrategyType } from './strategy.js';

/** A kind of strategy whose parameters only itself understands. */
export type AnyStrategyType = StrategyType<unknown>;

/** What `type` in a configuration can name. */
export type StrategyTypes = ReadonlyMap<string, AnyStrategyType>;

/** The table of strategy types; one name, one type. */
export function strategyTypes(types: readonly AnyStrategyType[]): StrategyTypes {
  const table = new Map(types.map((type) => [type.type, type]));
  if (table.size !== types.length) throw new RangeError('two strategy types have the same name');
  return table;
}

/** Makes a strategy from its spec. @throws Error when the type is unknown or the parameters cannot be read. */
export function createStrategy(
  types: StrategyTypes,
  spec: RunSpec,
  randomOf: (seed: string) => Random,
): { readonly type: AnyStrategyType; readonly strategy: RunningStrategy<unknown> } {
  const type = types.get(spec.type);
  if (type === undefined) throw new Error(`no strategy type '${spec.type}'`);
  const { strategyId, instruments, run, seed } = spec;
  const parameters = readParameters(type, spec.parameters);
  return { type, strategy: type.create({ strategyId, instruments, parameters, run, random: randomOf(seed) }) };
}

/** @throws Error naming every problem. */
export function readParameters(type: AnyStrategyType, raw: RunSpec['parameters']): unknown {
  const read = type.parse(raw);
  if (read.ok) return read.value;
  throw new Error(read.refusal.map(({ parameter, problem }) => `${parameter} ${problem}`).join('; '));
}
