import 'reflect-metadata';
import { ConfigError } from '@argosy/platform-config';
import type { Tracing } from '@argosy/platform-observability';
import { MessageBus } from '@argosy/platform-port';
import type { Route } from '@argosy/platform-port';
import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Antechamber } from './antechamber.js';
import { askForKill } from './ask-for-kill.js';
import { checkLeaseTimes } from './leadership/lease-settings.js';
import { layFoundation } from './foundation.js';
import { measureHttp } from './http-metrics.js';
import { ServiceLife } from './life.js';
import { NestLogger } from './nest-logger.js';
import { type Foundation, platformModule } from './platform.module.js';
import { type ProcessHost, systemProcess } from './process-host.js';
import type { ReadinessService } from './readiness.service.js';
import { RoutesTransport } from './routes.transport.js';
import type { ServiceConfig } from './service-config.js';
import { type NamedPart, ROUTES_STEP, START_ORDER } from './start-order.js';
import { ROUTES } from './tokens.js';
import type { Token } from './wire.js';

export type Get = <T>(token: Token<T>) => T;

export interface ServiceDefinition<C extends ServiceConfig> {
  /** As in `apps/<name>`. */
  readonly name: string;
  readonly version?: string;
  /** Called first; a ConfigError is printed whole and ends the process with 78. */
  readonly configure: () => Readonly<C>;
  /** May read further files; a ConfigError there is told like one of the environment. */
  readonly module: (config: Readonly<C>) => Type | DynamicModule | Promise<DynamicModule>;
  /** REST beyond health and metrics: parsers, pipes, documents. Runs before the port opens. */
  readonly http?: (app: NestFastifyApplication) => Promise<void> | void;
  /** `SIGUSR2` trips the kill switch of the services that have one (FL-5); the rest of the fleet is asked to by itself. */
  readonly onKillSignal?: (get: Get) => Promise<void> | void;
  readonly host?: ProcessHost;
}

export interface RunningService {
  readonly url: string;
  readonly readiness: ReadinessService;
  readonly get: Get;
  /** Resolves when every part has started; the process ends when one cannot. */
  readonly started: Promise<void>;
  /** Drains as `SIGTERM` does, without ending the process. */
  stop(): Promise<boolean>;
}

/** `EX_CONFIG` of sysexits.h: a supervisor should not restart before a person has mended something. */
export const EXIT_CONFIG = 78;
const HTTP_BODY_BYTES_MAX = 1_048_576;
const ANTECHAMBER_AFTER_MS = 500;

/**
 * One service, from its configuration to its last line: health and metrics answer within a second, whatever is missing
 * is named there, parts start in their order, signals do what operators expect.
 */
export async function bootService<C extends ServiceConfig>(
  definition: ServiceDefinition<C>,
): Promise<RunningService | undefined> {
  const host = definition.host ?? systemProcess;
  try {
    const config = definition.configure();
    checkLeaseTimes(config);
    const { foundation, tracing } = await layFoundation(definition.name, definition.version ?? '0.0.0', config, host);
    return await new Boot(definition, config, foundation, tracing, host).run();
  } catch (error) {
    host.complain(
      error instanceof ConfigError
        ? error.message
        : `cannot start: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );
    host.exit(error instanceof ConfigError ? EXIT_CONFIG : 1);
    return undefined;
  }
}

class Boot<C extends ServiceConfig> {
  readonly #life: ServiceLife;
  #stopping: Promise<boolean> | undefined;
  #app: NestFastifyApplication | undefined;

  constructor(
    private readonly definition: ServiceDefinition<C>,
    private readonly config: Readonly<C>,
    private readonly foundation: Foundation,
    private readonly tracing: Tracing,
    private readonly host: ProcessHost,
  ) {
    this.#life = new ServiceLife(foundation.readiness, foundation.timers, foundation.logger.child('system'));
  }

  async run(): Promise<RunningService> {
    const { logger, readiness } = this.foundation;
    this.listenToProcess();
    logger.child('system').info('service_starting', { version: this.definition.version, pid: this.host.pid });
    const app = await this.createAppPatiently();
    this.#app = app;
    await app.listen(this.config.SERVICE_HTTP_PORT, this.config.SERVICE_HTTP_HOST);
    const url = await app.getUrl();
    logger.child('system').info('http_listening', { url });
    const get = this.get;
    const started = this.startParts(app);
    return { url, readiness, get, started, stop: () => this.stop() };
  }

  private readonly get: Get = (token) => {
    if (this.#app === undefined) throw new Error('asked for a part before the service was made');
    return this.#app.get(token as never, { strict: false });
  };

  /** Making the parts may wait for the network; after a moment somebody else answers health meanwhile. */
  private async createAppPatiently(): Promise<NestFastifyApplication> {
    const { readiness, timers } = this.foundation;
    const { SERVICE_HTTP_HOST: interfaceAddress, SERVICE_HTTP_PORT: port } = this.config;
    const antechamber = new Antechamber(readiness);
    const opening = timers.after(ANTECHAMBER_AFTER_MS, () => port > 0 && antechamber.open(interfaceAddress, port));
    try {
      return await this.createApp();
    } finally {
      opening.cancel();
      await antechamber.close();
    }
  }

  private async createApp(): Promise<NestFastifyApplication> {
    const { logger, metrics, clock } = this.foundation;
    const root = await this.definition.module(this.config);
    const adapter = new FastifyAdapter({ bodyLimit: HTTP_BODY_BYTES_MAX });
    const shell = { module: RootModule, imports: [platformModule(this.foundation), root] };
    const options = { logger: new NestLogger(logger.child('nest')), abortOnError: false, bufferLogs: false };
    const app = await NestFactory.create<NestFastifyApplication>(shell, adapter, options);
    measureHttp(adapter.getInstance(), metrics, clock);
    await this.definition.http?.(app);
    return app;
  }

  private async startParts(app: NestFastifyApplication): Promise<void> {
    const { readiness, logger } = this.foundation;
    try {
      await this.#life.start(this.parts(app, readiness));
      if (readiness.isStopping) return;
      logger.child('system').info('service_started', { ready: readiness.ready });
    } catch (error) {
      if (readiness.isStopping) return;
      logger.critical('start_failed', { error });
      await this.end(1);
    }
  }

  private parts(app: NestFastifyApplication, readiness: ReadinessService): readonly NamedPart[] {
    const declared =
      optional<(readiness: ReadinessService) => readonly NamedPart[]>(app, START_ORDER)?.(readiness) ?? [];
    const routes = optional<readonly Route[]>(app, ROUTES);
    const hasPlace = declared.some(({ name }) => name === ROUTES_STEP);
    const steps = hasPlace || routes === undefined ? declared : [...declared, { name: ROUTES_STEP, part: {} }];
    return steps.map((step) =>
      step.name === ROUTES_STEP ? { name: ROUTES_STEP, part: this.routesPart(app, routes ?? []) } : step,
    );
  }

  private routesPart(app: NestFastifyApplication, routes: readonly Route[]): NamedPart['part'] {
    const { tracer, scope, metrics, clock, logger } = this.foundation;
    const bus = this.get(MessageBus);
    const panic = (error: unknown): void => this.panic(error);
    const parts = {
      service: this.definition.name,
      bus,
      tracer,
      scope,
      metrics,
      clock,
      logger: logger.child('messages'),
      panic,
    };
    const transport = new RoutesTransport(routes, parts);
    app.connectMicroservice({ strategy: transport });
    return { start: async () => void (await app.startAllMicroservices()), stop: () => transport.close() };
  }

  private listenToProcess(): void {
    const logger = this.foundation.logger.child('system');
    this.foundation.departure.whenDraining((code) => void this.end(code));
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      this.host.onSignal(signal, () => {
        if (this.#stopping !== undefined) return this.host.exit(1);
        logger.info('shutdown_signal_received', { signal });
        void this.stop().then((isClean) => this.host.exit(isClean ? 0 : 1));
      });
    }
    this.host.onSignal('SIGUSR1', () => {
      this.foundation.logger.reopen();
      void this.tracing.flush();
      logger.info('logs_reopened');
    });
    this.host.onSignal('SIGUSR2', () => void this.kill());
    this.host.onUncaught((error) => this.panic(error));
  }

  private async kill(): Promise<void> {
    const logger = this.foundation.logger.child('system');
    logger.warning('kill_signal_received', { isHandled: this.definition.onKillSignal !== undefined });
    try {
      const [, held] = await Promise.all([this.definition.onKillSignal?.(this.get), this.killFleet()]);
      logger.critical('kill_signal_held', { by: held.join(', ') });
    } catch (error) {
      // A kill switch that fails to trip is the one failure nobody may miss; stopping is the next safest act.
      logger.critical('kill_signal_failed', { error });
      this.host.exit(1);
    }
  }

  /** @throws Error when nobody else holds it and this service has no switch of its own. */
  private async killFleet(): Promise<readonly string[]> {
    const { definition, host } = this;
    const bus = this.#app === undefined ? undefined : optionalPart(this.#app, MessageBus);
    const held =
      bus === undefined ? [] : await askForKill(bus, definition.name, `signal-${definition.name}-${String(host.pid)}`);
    if (held.length > 0 || definition.onKillSignal !== undefined) return held;
    throw new Error('neither execution nor risk nor ops-gateway confirmed the kill');
  }

  /** Our own promise is broken: no graceful ending, which would run on with a state nobody can trust. */
  private panic(error: unknown): void {
    this.foundation.logger.child('system').critical('uncaught_error', { error });
    this.host.exit(1);
  }

  private stop(): Promise<boolean> {
    this.#stopping ??= this.drain();
    return this.#stopping;
  }

  private async drain(): Promise<boolean> {
    const isClean = await this.#life.stop();
    await this.#app?.close().catch((error: unknown) => this.foundation.logger.error('http_close_failed', { error }));
    await this.tracing.stop();
    this.foundation.logger.child('system').info('shutdown_complete', { isClean });
    this.foundation.logger.flush();
    return isClean;
  }

  private async end(code: number): Promise<void> {
    await this.stop();
    this.host.exit(code);
  }
}

@Module({})
class RootModule {}

function optionalPart<T>(app: NestFastifyApplication, token: Token<T>): T | undefined {
  try {
    return app.get(token as never, { strict: false });
  } catch {
    return undefined;
  }
}

function optional<T>(app: NestFastifyApplication, token: symbol): T | undefined {
  try {
    return app.get<T>(token, { strict: false });
  } catch {
    return undefined;
  }
}
