const DURATION = /^(\d{1,12})(ms|s|m|h)$/;
const MILLISECONDS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** `500ms`, `10s`, `5m` or `1h` in milliseconds; undefined for anything else, so a bare number never guesses a unit. */
export function parseDurationMs(text: string): number | undefined {
  const match = DURATION.exec(text);
  if (match === null) return undefined;
  const [, digits = '', unit = ''] = match;
  const milliseconds = Number(digits) * (MILLISECONDS[unit] ?? Number.NaN);
  return Number.isSafeInteger(milliseconds) ? milliseconds : undefined;
}
