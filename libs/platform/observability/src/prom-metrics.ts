import { assert } from '@argosy/domain';
import { type Counter, type Gauge, type Histogram, type Labels, Metrics, type MetricSpec } from '@argosy/platform-port';
import {
  collectDefaultMetrics,
  Counter as PromCounter,
  Gauge as PromGauge,
  Histogram as PromHistogram,
  type ObserveDataWithExemplar,
  type OpenMetricsContentType,
  Registry,
} from 'prom-client';
import { Afterwards } from './afterwards.js';
import { parseTraceparent } from './traceparent.js';

export type MetricsRegistry = Registry<OpenMetricsContentType>;
type Kind = 'counter' | 'gauge' | 'histogram';

/** The content type has to be chosen before the first metric is made, or exemplars are refused. */
export function openMetricsRegistry(): MetricsRegistry {
  const registry = new Registry<OpenMetricsContentType>();
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  return registry;
}

const exemplarOf = (traceparent: string | undefined): Readonly<Record<string, string>> | undefined => {
  const ids = traceparent === undefined ? undefined : parseTraceparent(traceparent);
  return ids === undefined ? undefined : { trace_id: ids.traceId, span_id: ids.spanId };
};

/** Metrics of prom-client in OpenMetrics form, with exemplars. Asking for the same metric twice gives the same one. */
export class PromMetrics extends Metrics {
  readonly #made = new Map<string, { readonly signature: string; readonly metric: unknown }>();
  /** Finding the bucket and the exemplar of a duration costs an order more than the work whose duration it is. */
  readonly #observations = new Afterwards<() => void>((observe) => observe());

  constructor(readonly registry: MetricsRegistry = openMetricsRegistry()) {
    super();
  }

  /** Event loop delay, heap, garbage collection, open handles: named by prom-client. */
  collectProcessMetrics(): void {
    collectDefaultMetrics({ register: this.registry as unknown as Registry });
  }

  override counter<Label extends string>(spec: MetricSpec<Label>): Counter<Label> {
    return this.once('counter', spec, (): Counter<Label> => {
      const metric = new PromCounter<Label>({ ...common(spec), registers: [this.registry] });
      return { add: (labels: Labels<Label>, value = 1) => metric.inc(labels, value) };
    });
  }

  override gauge<Label extends string>(spec: MetricSpec<Label>): Gauge<Label> {
    return this.once('gauge', spec, (): Gauge<Label> => {
      const metric = new PromGauge<Label>({ ...common(spec), registers: [this.registry] });
      return { set: (labels: Labels<Label>, value) => metric.set(labels, value) };
    });
  }

  override histogram<Label extends string>(
    spec: MetricSpec<Label> & { readonly buckets: readonly number[] },
  ): Histogram<Label> {
    return this.once('histogram', spec, (): Histogram<Label> => {
      const metric = new PromHistogram<Label>({
        ...common(spec),
        buckets: [...spec.buckets],
        enableExemplars: true,
        registers: [this.registry],
        // Whoever reads sees everything observed before.
        collect: () => this.#observations.finish(),
      });
      return {
        observe: (labels: Labels<Label>, value, traceparent) => {
          assert(Number.isFinite(value), `${spec.name} observed ${String(value)}`);
          this.#observations.add(() => {
            const exemplarLabels = exemplarOf(traceparent);
            // prom-client types an exemplar by the metric's own labels; its labels are its own.
            metric.observe({ labels, value, exemplarLabels } as unknown as ObserveDataWithExemplar<Label>);
          });
        },
      };
    });
  }

  private once<T>(kind: Kind, spec: MetricSpec<string>, make: () => T): T {
    const signature = `${kind} ${spec.name}{${[...spec.labels].sort().join(',')}}`;
    const known = this.#made.get(spec.name);
    if (known === undefined) {
      const metric = make();
      this.#made.set(spec.name, { signature, metric });
      return metric;
    }
    assert(known.signature === signature, `metric asked for as ${signature}, but it is ${known.signature}`);
    return known.metric as T;
  }
}

const common = <Label extends string>({
  name,
  help,
  labels,
}: MetricSpec<Label>): { name: string; help: string; labelNames: Label[] } => ({
  name,
  help,
  labelNames: [...labels],
});
