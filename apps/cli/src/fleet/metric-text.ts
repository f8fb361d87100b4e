/** One sample of a metrics page. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const LINE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{([^}]*)\})? (\S+)/;
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"/g;

/** The samples of these names; comments, exemplars and everything else are passed over. */
export function readSamples(text: string, names: ReadonlySet<string>): readonly Sample[] {
  const samples: Sample[] = [];
  for (const line of text.split('\n')) {
    const [, name = '', labelText = '', valueText = ''] = LINE.exec(line) ?? [];
    if (!names.has(name)) continue;
    const labels = Object.fromEntries(
      [...labelText.matchAll(LABEL)].map(([, label = '', value = '']) => [label, value]),
    );
    const value = valueText === '+Inf' ? Infinity : Number(valueText);
    if (!Number.isNaN(value)) samples.push({ name, labels, value });
  }
  return samples;
}

/** Cumulative counts by upper bound, in rising order; the last bound is infinite. */
export type Buckets = readonly (readonly [upTo: number, count: number])[];

export function bucketsOf(samples: readonly Sample[], histogram: string): Buckets {
  const byBound = new Map<number, number>();
  for (const { name, labels, value } of samples) {
    if (name !== `${histogram}_bucket`) continue;
    const bound = labels['le'] === '+Inf' ? Infinity : Number(labels['le']);
    byBound.set(bound, (byBound.get(bound) ?? 0) + value);
  }
  return [...byBound].sort(([a], [b]) => a - b);
}

/** What came between two looks at a histogram; a process that began again counts from nothing. */
export function since(before: Buckets, after: Buckets): Buckets {
  const [, total = 0] = after.at(-1) ?? [];
  const [, earlier = 0] = before.at(-1) ?? [];
  if (total < earlier) return after;
  const known = new Map(before);
  return after.map(([bound, count]) => [bound, count - (known.get(bound) ?? 0)] as const);
}

/** The quantile by straight lines between bounds, in the histogram's unit; undefined without observations. */
export function quantile(buckets: Buckets, q: number): number | undefined {
  const [, total = 0] = buckets.at(-1) ?? [];
  if (total === 0) return undefined;
  const rank = q * total;
  let [below, counted] = [0, 0];
  for (const [bound, count] of buckets) {
    if (count >= rank) {
      if (bound === Infinity || count === counted) return below;
      return below + ((bound - below) * (rank - counted)) / (count - counted);
    }
    [below, counted] = [bound, count];
  }
  return below;
}
