import type { SimFault } from '../faults/fault.js';

/** What `npm run sim` was asked for. */
export interface SimRequest {
  readonly first: number;
  readonly seeds: number;
  /** Instead of the faults that the seed draws. */
  readonly plan: readonly SimFault[] | undefined;
  /** Where the event log of a single seed goes. */
  readonly logFile: string | undefined;
  readonly json: boolean;
  readonly workers: number;
  readonly mutants: boolean;
  /** One mutant by name; all when absent. */
  readonly mutant: string | undefined;
}

/** Told to a person who asked for what there is not. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const USAGE = `npm run sim -- [--seed N | --seeds N [--first M]] [-o json]
  --seed N       one fleet-minute
  --seeds N      so many, from --first M (1)
  --faults JSON  instead of the faults that the seed draws
  --log FILE     the event log of one seed
  --workers N    processes at work, 2
  --mutants      the fleet with one part broken, each in turn; --mutant NAME only that one
  -o json        the result as one JSON object`;

const SEEDS_MAX = 10_000_000;
const WORKERS_MAX = 64;

/** @throws UsageError */
export function readCommandLine(words: readonly string[]): SimRequest {
  const left = [...words];
  const given = new Map<string, string>();
  for (let word = left.shift(); word !== undefined; word = left.shift()) {
    if (word === '--mutants') given.set(word, '');
    else if (VALUED.has(word)) {
      const value = left.shift();
      if (value === undefined) throw new UsageError(`${word} wants a value\n\n${USAGE}`);
      given.set(word, value);
    } else throw new UsageError(`unknown option '${word}'\n\n${USAGE}`);
  }
  const seed = numberOf(given, '--seed', 0);
  const output = given.get('-o') ?? given.get('--output');
  if (output !== undefined && output !== 'json') throw new UsageError(`-o knows json only, not '${output}'`);
  return {
    first: seed ?? numberOf(given, '--first', 0) ?? 1,
    seeds: seed === undefined ? (numberOf(given, '--seeds', 1) ?? 1) : 1,
    plan: planOf(given.get('--faults')),
    logFile: given.get('--log'),
    json: output === 'json',
    workers: Math.min(numberOf(given, '--workers', 1) ?? 2, WORKERS_MAX),
    mutants: given.has('--mutants') || given.has('--mutant'),
    mutant: given.get('--mutant'),
  };
}

const VALUED: ReadonlySet<string> = new Set([
  '--seed',
  '--seeds',
  '--first',
  '--faults',
  '--log',
  '--workers',
  '--mutant',
  '-o',
  '--output',
]);

function numberOf(given: ReadonlyMap<string, string>, name: string, min: number): number | undefined {
  const text = given.get(name);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= min && value <= SEEDS_MAX) return value;
  throw new UsageError(`${name} wants a whole number from ${String(min)} to ${String(SEEDS_MAX)}, not '${text}'`);
}

function planOf(text: string | undefined): readonly SimFault[] | undefined {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as readonly SimFault[];
  } catch (error) {
    throw new UsageError(`--faults wants JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}
