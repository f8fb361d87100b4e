import { parseArgs } from 'node:util';

export interface Request {
  readonly only: readonly string[];
  readonly quick: boolean;
  readonly json: boolean;
  readonly verbose: boolean;
  /** Of each scenario; absent: its own number. */
  readonly trials: number | undefined;
  readonly loadedMinutes: number;
}

const LOADED_MINUTES = 10;
const LOADED_MINUTES_QUICK = 1;
const TRIALS_MAX = 10_000;
const MINUTES_MAX = 24 * 60;

/** @throws RangeError naming an argument that is unknown or out of its bounds. */
export function readCommandLine(args: readonly string[], known: readonly string[]): Request {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string', multiple: true, default: [] },
      quick: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      verbose: { type: 'boolean', default: false },
      trials: { type: 'string' },
      'loaded-minutes': { type: 'string' },
    },
  });
  const { only, quick, json, verbose, trials, 'loaded-minutes': minutes } = values;
  const unknown = only.filter((name) => !known.includes(name));
  if (unknown.length > 0)
    throw new RangeError(`no scenario is named '${unknown.join("', '")}': there are ${known.join(', ')}`);
  return {
    only,
    quick,
    json,
    verbose,
    trials: trials === undefined ? undefined : whole('--trials', trials, TRIALS_MAX),
    loadedMinutes:
      minutes === undefined
        ? quick
          ? LOADED_MINUTES_QUICK
          : LOADED_MINUTES
        : whole('--loaded-minutes', minutes, MINUTES_MAX),
  };
}

function whole(name: string, text: string, most: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > most)
    throw new RangeError(`${name} is a whole number from 1 to ${String(most)}, was '${text}'`);
  return value;
}
