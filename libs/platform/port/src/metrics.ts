/** Counters, gauges and histograms without their library; names and label sets are closed (OB-1). */
export interface MetricSpec<Label extends string> {
  readonly name: string;
  /** A sentence an on-call reader can act on. */
  readonly help: string;
  readonly labels: readonly Label[];
}
export type Labels<Label extends string> = Readonly<Record<Label, string>>;

export interface Counter<Label extends string> {
  add(labels: Labels<Label>, value?: number): void;
}
export interface Gauge<Label extends string> {
  set(labels: Labels<Label>, value: number): void;
}
export interface Histogram<Label extends string> {
  /** Base unit of the metric's name (seconds, bytes). A trace context becomes an exemplar. */
  observe(labels: Labels<Label>, value: number, traceparent?: string): void;
}

export abstract class Metrics {
  abstract counter<Label extends string>(spec: MetricSpec<Label>): Counter<Label>;
  abstract gauge<Label extends string>(spec: MetricSpec<Label>): Gauge<Label>;
  abstract histogram<Label extends string>(
    spec: MetricSpec<Label> & { readonly buckets: readonly number[] },
  ): Histogram<Label>;
}

const NOTHING = { add: () => undefined, set: () => undefined, observe: () => undefined };

/** Where nobody measures. */
export class SilentMetrics extends Metrics {
  override counter(): Counter<never> {
    return NOTHING;
  }
  override gauge(): Gauge<never> {
    return NOTHING;
  }
  override histogram(): Histogram<never> {
    return NOTHING;
  }
}

/** Upper bounds in seconds, from a fast in-process step to a lost request. */
export const LATENCY_BUCKETS_SECONDS = [
  0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2.5, 5, 10,
] as const;
