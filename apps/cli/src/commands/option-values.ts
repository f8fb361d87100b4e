import { InvalidArgumentError } from 'commander';

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };
const DURATION = /^(\d{1,9})(ms|s|m|h)$/;

/** A whole number within bounds, or commander's own complaint. */
export const wholeNumber =
  (least: number, most: number) =>
  (text: string): number => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    throw new InvalidArgumentError(`Give a whole number from ${String(least)} to ${String(most)}.`);
  };

/** Milliseconds of `60s`, `5m`, `250ms`. */
export const duration =
  (leastMs: number, mostMs: number) =>
  (text: string): number => {
    const match = DURATION.exec(text);
    const value = match === null ? Number.NaN : Number(match[1]) * (UNITS[match[2] ?? ''] ?? Number.NaN);
    if (value >= leastMs && value <= mostMs) return value;
    throw new InvalidArgumentError(`Give a time such as 10s, 5m or 1h, from ${spell(leastMs)} to ${spell(mostMs)}.`);
  };

export const spell = (ms: number): string =>
  ms % 3_600_000 === 0
    ? `${String(ms / 3_600_000)}h`
    : ms % 60_000 === 0
      ? `${String(ms / 60_000)}m`
      : ms % 1_000 === 0
        ? `${String(ms / 1_000)}s`
        : `${String(ms)}ms`;

export const speed = (text: string): number => {
  const value = /^\d{1,4}(\.\d{1,3})?$/.test(text) ? Number(text) : Number.NaN;
  if (value > 0 && value <= 1_000) return value;
  throw new InvalidArgumentError('Give a number above 0 and at most 1000.');
};

export const OUTPUT_FORMATS = ['text', 'json'] as const;
