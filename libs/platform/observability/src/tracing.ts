import type { Clock, Random } from '@argosy/domain';
import type { Tracer } from '@argosy/platform-port';
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace';
import { Afterwards } from './afterwards.js';
import { LightTracer } from './light-tracer.js';
import { OtelTracer } from './otel-tracer.js';
import { TraceScope } from './trace-scope.js';

/** Spans waiting for export; more are dropped, because tracing never slows an order. */
const SPAN_QUEUE_MAX = 16_384;
/** Written out in one go, which holds up an order as long as it takes. */
const SPAN_BATCH_MAX = 64;
const EXPORT_INTERVAL_MS = 500;
const EXPORT_TIMEOUT_MS = 5_000;

export interface TracingOptions {
  readonly service: string;
  readonly version: string;
  /** OTLP over HTTP, e.g. `http://127.0.0.1:4318`; without it ids are made and passed on, and nothing is collected. */
  readonly endpoint?: string | undefined;
  /** Share of new traces that are collected, 0 to 1; a caller's decision is always kept. All by default. */
  readonly sampleRatio?: number | undefined;
  readonly clock: Clock;
  readonly random: Random;
  /** For tests: takes the spans instead of the exporter. */
  readonly processor?: SpanProcessor;
}

export interface Tracing {
  readonly tracer: Tracer;
  readonly scope: TraceScope;
  /** Hands over what waits; resolves also when the collector is away. */
  flush(): Promise<void>;
  stop(): Promise<void>;
}

/** Sets tracing up; the OpenTelemetry libraries are loaded only when something is to be collected. */
export async function startTracing(options: TracingOptions): Promise<Tracing> {
  const scope = new TraceScope();
  if (options.endpoint === undefined && options.processor === undefined) {
    const nothing = (): Promise<void> => Promise.resolve();
    return { tracer: new LightTracer(scope, options.random), scope, flush: nothing, stop: nothing };
  }
  const { resourceFromAttributes } = await import('@opentelemetry/resources');
  const processor = options.processor ?? (await exportingProcessor(options.endpoint ?? ''));
  // A processor with a full batch writes it out then and there, which must not be in the middle of an order.
  const handingOver = new Afterwards((span: ReadableSpan) => processor.onEnd(span));
  const home = {
    clock: options.clock,
    resource: resourceFromAttributes({
      'service.name': options.service,
      'service.version': options.version,
      'service.namespace': 'argosy',
    }),
    instrumentationScope: { name: 'argosy', version: options.version },
    ended: (span: ReadableSpan) => handingOver.add(span),
  };
  // A collector that is away is no reason to fail a shutdown.
  const quietly = (work: Promise<void>): Promise<void> => work.catch(() => undefined);
  return {
    tracer: new OtelTracer(home, scope, options.random, options.sampleRatio ?? 1),
    scope,
    flush: () => {
      handingOver.finish();
      return quietly(processor.forceFlush());
    },
    stop: () => {
      handingOver.finish();
      return quietly(processor.shutdown());
    },
  };
}

async function exportingProcessor(endpoint: string): Promise<SpanProcessor> {
  const { BatchSpanProcessor } = await import('@opentelemetry/sdk-trace');
  const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-proto');
  const url = `${endpoint.replace(/\/+$/, '').replace(/\/v1\/traces$/, '')}/v1/traces`;
  const exporter = new OTLPTraceExporter({ url, timeoutMillis: EXPORT_TIMEOUT_MS });
  return new BatchSpanProcessor({
    exporter,
    maxQueueSize: SPAN_QUEUE_MAX,
    maxExportBatchSize: SPAN_BATCH_MAX,
    scheduledDelayMillis: EXPORT_INTERVAL_MS,
    exportTimeoutMillis: EXPORT_TIMEOUT_MS,
  });
}
