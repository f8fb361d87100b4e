import { parseArgs } from 'node:util';

export interface Request {
  readonly only: readonly string[];
  readonly quick: boolean;
  readonly json: boolean;
  readonly rounds: number;
}

const ROUNDS = 9;
const ROUNDS_QUICK = 3;
const ROUNDS_MAX = 101;

/** @throws RangeError naming an argument that is unknown or out of its bounds. */
export function readCommandLine(args: readonly string[], known: readonly string[]): Request {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string', multiple: true, default: [] },
      quick: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      rounds: { type: 'string' },
    },
  });
  const unknown = values.only.filter((name) => !known.includes(name));
  if (unknown.length > 0)
    throw new RangeError(`no figure is named '${unknown.join("', '")}': there are ${known.join(', ')}`);
  const rounds = values.rounds === undefined ? (values.quick ? ROUNDS_QUICK : ROUNDS) : Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > ROUNDS_MAX)
    throw new RangeError(`--rounds is a whole number from 1 to ${String(ROUNDS_MAX)}, was '${String(values.rounds)}'`);
  return { only: values.only, quick: values.quick, json: values.json, rounds };
}
