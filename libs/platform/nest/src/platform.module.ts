import { Clock, Random, Timers } from '@argosy/domain';
import { PinoLogger, PromMetrics, TraceScope } from '@argosy/platform-observability';
import { Disk, HttpClient, Logger, Metrics, ProcessFacts, Tracer, WebSocketClient } from '@argosy/platform-port';
import { type DynamicModule, Module, type Provider, type Type } from '@nestjs/common';
import { PrometheusModule } from '@willsoto/nestjs-prometheus';
import { Departure } from './departure.js';
import { HealthController } from './health.controller.js';
import { MetricsController } from './metrics.controller.js';
import { ReadinessService } from './readiness.service.js';
import type { Token } from './wire.js';

/** What boot has made before Nest begins. */
export interface Foundation {
  readonly config: object;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly disk: Disk;
  readonly http: HttpClient;
  readonly webSockets: WebSocketClient;
  readonly logger: PinoLogger;
  readonly metrics: PromMetrics;
  readonly tracer: Tracer;
  readonly scope: TraceScope;
  readonly readiness: ReadinessService;
  readonly facts: ProcessFacts;
  readonly departure: Departure;
}

/** The configuration under its class and every class it extends, so that a lib asks for the part it knows. */
function configProviders(config: object): Provider[] {
  const providers: Provider[] = [];
  for (
    let type = Object.getPrototypeOf(config) as object;
    type !== Object.prototype;
    type = Object.getPrototypeOf(type) as object
  ) {
    providers.push({ provide: type.constructor as Type, useValue: config });
  }
  return providers;
}

@Module({})
class PlatformModule {}

/** Everything a service's parts may ask for without making it, global; health and metrics over HTTP. */
export function platformModule(foundation: Foundation): DynamicModule {
  const values: readonly (readonly [Token<unknown>, unknown])[] = [
    [Clock, foundation.clock],
    [Timers, foundation.timers],
    [Random, foundation.random],
    [Disk, foundation.disk],
    [HttpClient, foundation.http],
    [WebSocketClient, foundation.webSockets],
    [Logger, foundation.logger],
    [PinoLogger, foundation.logger],
    [Metrics, foundation.metrics],
    [PromMetrics, foundation.metrics],
    [Tracer, foundation.tracer],
    [TraceScope, foundation.scope],
    [ReadinessService, foundation.readiness],
    [ProcessFacts, foundation.facts],
    [Departure, foundation.departure],
  ];
  const providers = [
    ...values.map(([provide, useValue]) => ({ provide, useValue })),
    ...configProviders(foundation.config),
  ];
  return {
    module: PlatformModule,
    global: true,
    imports: [PrometheusModule.register({ controller: MetricsController, defaultMetrics: { enabled: false } })],
    controllers: [HealthController],
    providers,
    exports: providers,
  };
}
