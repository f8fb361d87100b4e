import fc from 'fast-check';

/** Values that have broken parsers before. */
const HOSTILE: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  -0,
  1.5,
  2 ** 53,
  1e308,
  '',
  ' ',
  '0',
  '0.0',
  '-1',
  'NaN',
  'Infinity',
  '1e5',
  '0x10',
  '１２',
  '1,000.0',
  '1'.repeat(80),
  '__proto__',
  'constructor',
  'toString',
  '\u0000',
  '\ud800',
  [],
  [[]],
  {},
  { toString: 5 },
  { px: '1' },
  '999999999999999999999.0',
  '0.0000000000001',
  1_767_225_600_000_000,
];

/** Paths to every value inside `value`, itself left out. */
function pathsOf(value: unknown, path: readonly (string | number)[] = []): readonly (readonly (string | number)[])[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [[...path, key], ...pathsOf(inner, [...path, key])]);
}

function withValue(message: unknown, path: readonly (string | number)[], value: unknown): unknown {
  const copy = structuredClone(message) as Record<string, unknown>;
  const last = path.at(-1) as string;
  const parent = path
    .slice(0, -1)
    .reduce<Record<string, unknown>>((at, key) => at[key] as Record<string, unknown>, copy);
  // An undefined member is left out when the message becomes text.
  parent[last] = value;
  return copy;
}

/** One place of the message holds something hostile, or nothing. */
const swapped = (message: unknown): fc.Arbitrary<string> => {
  const paths = pathsOf(message);
  return fc
    .tuple(fc.constantFrom(...paths), fc.constantFrom(...HOSTILE, undefined))
    .map(([path, value]) => JSON.stringify(withValue(message, path, value)));
};

/** The text is cut, or a stretch of it repeated, dropped or overwritten. */
const torn = (message: unknown): fc.Arbitrary<string> => {
  const text = JSON.stringify(message);
  const at = fc.nat({ max: text.length });
  return fc
    .tuple(at, at, fc.constantFrom('cut', 'drop', 'repeat', 'overwrite'), fc.string({ maxLength: 8 }))
    .map(([a, b, how, noise]) => {
      const [start, end] = a < b ? [a, b] : [b, a];
      if (how === 'cut') return text.slice(0, start);
      if (how === 'drop') return text.slice(0, start) + text.slice(end);
      if (how === 'repeat') return text.slice(0, end) + text.slice(start);
      return text.slice(0, start) + noise + text.slice(start + noise.length);
    });
};

/** Any of `messages`, damaged. */
export const damaged = (messages: readonly unknown[]): fc.Arbitrary<string> =>
  fc.oneof(
    ...messages.flatMap((message) => [
      { weight: 2, arbitrary: swapped(message) },
      { weight: 1, arbitrary: torn(message) },
    ]),
  );
