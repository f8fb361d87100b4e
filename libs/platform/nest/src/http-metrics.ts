import type { Clock } from '@argosy/domain';
import { prescribedSpec } from '@argosy/platform-observability';
import { LATENCY_BUCKETS_SECONDS, type Metrics } from '@argosy/platform-port';
import type { FastifyInstance } from 'fastify';

const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** Counts and times every answer under the names of the manuals; the route is its pattern, never the path asked for. */
export function measureHttp(server: FastifyInstance, metrics: Metrics, clock: Clock): void {
  const answered = metrics.counter(prescribedSpec('http_requests_total'));
  const seconds = metrics.histogram({
    ...prescribedSpec('http_request_duration_seconds'),
    buckets: LATENCY_BUCKETS_SECONDS,
  });
  const started = new WeakMap<object, number>();
  server.addHook('onRequest', (request, _reply, next) => {
    started.set(request, clock.monotonicMs());
    next();
  });
  server.addHook('onResponse', (request, reply, next) => {
    const method = METHODS.has(request.method) ? request.method : 'OTHER';
    const route = request.is404 ? 'unknown' : (request.routeOptions.url ?? 'unknown');
    answered.add({ method, route, status: String(reply.statusCode) });
    const startedMs = started.get(request);
    if (startedMs !== undefined) seconds.observe({ method, route }, (clock.monotonicMs() - startedMs) / 1_000);
    next();
  });
}
