/**
 * Logs, metrics and traces behind the fleet's ports: pino, prom-client and OpenTelemetry. It refuses to slow an order
 * (every buffer is bounded and drops), to print a secret, and to label a metric with an id.
 */
export { checkMetrics, type DescribedMetric, METRIC_LABELS, metricProblems } from './check-metrics.js';
export { LightTracer } from './light-tracer.js';
export { FolderSink, StreamSink } from './log-sink.js';
export { logValue } from './log-value.js';
export { OtelTracer } from './otel-tracer.js';
export { isLogLevel, PinoLogger, type PinoLoggerOptions } from './pino-logger.js';
export {
  PRESCRIBED_METRICS,
  prescribedFor,
  type PrescribedMetric,
  type PrescribedMetricName,
  prescribedSpec,
  type ServiceName,
} from './prescribed-metrics.js';
export { type MetricsRegistry, openMetricsRegistry, PromMetrics } from './prom-metrics.js';
export { TraceScope } from './trace-scope.js';
export { formatTraceparent, idsOf, parseTraceparent, type TraceIds } from './traceparent.js';
export { startTracing, type Tracing, type TracingOptions } from './tracing.js';
