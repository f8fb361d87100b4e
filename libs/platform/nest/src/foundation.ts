import { type Clock } from '@argosy/domain';
import {
  FolderSink,
  PinoLogger,
  prescribedSpec,
  PromMetrics,
  startTracing,
  StreamSink,
  type Tracing,
} from '@argosy/platform-observability';
import {
  NodeDisk,
  NodeWebSocketClient,
  SystemClock,
  SystemRandom,
  SystemTimers,
  UndiciHttpClient,
} from '@argosy/platform-runtime';
import { Departure } from './departure.js';
import type { Foundation } from './platform.module.js';
import { HostFacts } from './host-facts.js';
import type { ProcessHost } from './process-host.js';
import { ReadinessService } from './readiness.service.js';
import type { ServiceConfig } from './service-config.js';

/** Logger, metrics, tracer and the machine's ports, made before Nest so that its first line is already ours. */
export async function layFoundation(
  name: string,
  version: string,
  config: ServiceConfig,
  host: ProcessHost,
): Promise<{ readonly foundation: Foundation; readonly tracing: Tracing }> {
  const clock: Clock = new SystemClock();
  const timers = new SystemTimers();
  const random = new SystemRandom();
  const metrics = new PromMetrics();
  metrics.collectProcessMetrics();
  const tracing = await startTracing({
    service: name,
    version,
    clock,
    random,
    endpoint: config.OTEL_EXPORTER_OTLP_ENDPOINT,
    sampleRatio: Number(config.SERVICE_TRACE_RATIO),
  });
  const errors = metrics.counter(prescribedSpec('errors_total'));
  const lost = metrics.counter({
    name: 'argosy_log_lines_lost_total',
    help: 'Lines of the log that could not be written: a full disk, or an output that does not keep up.',
    labels: [],
  });
  const lineParts = { timers, onLost: (lines: number) => lost.add({}, lines) };
  const { SERVICE_LOG_FOLDER: folder } = config;
  const logger = new PinoLogger({
    component: name.replaceAll('-', '_'),
    level: config.SERVICE_LOG_LEVEL,
    clock,
    sink: folder === undefined ? new StreamSink(lineParts) : new FolderSink(folder, lineParts),
    scope: tracing.scope,
    onError: (type) => errors.add({ type }),
  });
  host.onExit?.(() => logger.flush());
  const readiness = new ReadinessService(name, version, clock, timers, logger.child('system'));
  const foundation: Foundation = {
    config,
    clock,
    timers,
    random,
    metrics,
    logger,
    disk: new NodeDisk(),
    http: new UndiciHttpClient(),
    webSockets: new NodeWebSocketClient(),
    tracer: tracing.tracer,
    scope: tracing.scope,
    readiness,
    facts: new HostFacts(version, host, readiness),
    departure: new Departure(host),
  };
  return { foundation, tracing };
}
