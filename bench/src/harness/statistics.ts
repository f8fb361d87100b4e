export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

/** @throws RangeError for no values: a figure nobody measured has no median. */
export function spread(values: readonly number[]): Spread {
  if (values.length === 0) throw new RangeError('no values were measured');
  const sorted = values.toSorted((a, b) => a - b);
  return { min: sorted[0]!, median: middle(sorted), max: sorted.at(-1)! };
}

export const median = (values: readonly number[]): number => spread(values).median;

/** The value below which `part` (0 to 1) of the samples lie; sorts `samples` in place. */
export function quantile(samples: Float64Array, part: number): number {
  if (samples.length === 0) throw new RangeError('no samples were taken');
  samples.sort();
  return samples[Math.min(samples.length - 1, Math.floor(part * samples.length))]!;
}

function middle(sorted: readonly number[]): number {
  const half = sorted.length >>> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}
