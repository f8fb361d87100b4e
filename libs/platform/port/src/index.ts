/**
 * What the fleet needs from the outside world, in its own words: messages, sockets, disk, logs, traces, metrics,
 * leadership. Abstract classes, so each is its own injection token; it refuses to know any library behind them.
 */
export type { Codec } from '@argosy/domain';
export { type AttributeValue, SilentTracer, type Span, type SpanOptions, type TraceContext, Tracer } from './trace.js';
export { LOG_LEVELS, type LogData, Logger, type LogLevel, SilentLogger } from './logger.js';
export {
  HttpClient,
  type HttpRequest,
  type HttpResponse,
  WebSocketClient,
  type WebSocketConnection,
  type WebSocketHandlers,
  type WebSocketOptions,
} from './transport.js';
export { type AppendFile, Disk } from './disk.js';
export {
  type ConflateOptions,
  type Consumed,
  type ConsumeOptions,
  eventRoute,
  type EventRoute,
  MessageBus,
  type MessageContext,
  type PublishOptions,
  type RequestOptions,
  requestRoute,
  type RequestRoute,
  type Route,
  type SubscribeOptions,
  type Subscription,
} from './message-bus.js';
export { type Lease, type LeaseLoss, type LeaseView, Leadership } from './leadership.js';
export {
  type Counter,
  type Gauge,
  type Histogram,
  type Labels,
  LATENCY_BUCKETS_SECONDS,
  Metrics,
  type MetricSpec,
  SilentMetrics,
} from './metrics.js';
export { type Place, SequenceGuard } from './sequence-guard.js';
export {
  describeLeadership,
  describeProcess,
  type ProcessCondition,
  ProcessFacts,
  type ProcessLeadership,
} from './process-facts.js';
