import { Clock, Random, Timers } from '@argosy/domain';
import { Database, poolOptions } from '@argosy/platform-database';
import { NatsMessageBus } from '@argosy/platform-messaging';
import { Logger, MessageBus, Metrics, Tracer } from '@argosy/platform-port';
import type { FactoryProvider } from '@nestjs/common';
import { FleetServiceConfig, StoreServiceConfig } from './fleet-config.js';
import { ReadinessService } from './readiness.service.js';
import { type Step, waitUntil } from './start-order.js';
import { provide } from './wire.js';

/** The fleet's wire for one service, under the user that has its name. */
export const provideBus = (service: string): FactoryProvider<MessageBus> =>
  provide(
    MessageBus,
    async (config, clock, timers, random, logger, metrics, readiness) => {
      const condition = readiness.condition('nats');
      condition.waits(`connecting to ${config.NATS_URL}`);
      const bus = await NatsMessageBus.connect(
        {
          servers: config.NATS_URL,
          service,
          ...(config.NATS_PASSWORD === undefined ? {} : { password: config.NATS_PASSWORD.reveal() }),
        },
        { clock, timers, random, logger, metrics },
      );
      condition.holds();
      return bus;
    },
    FleetServiceConfig,
    Clock,
    Timers,
    Random,
    Logger,
    Metrics,
    ReadinessService,
  );

/** Closes the wire at the end and says while it is lost. */
export const busStep: Step = {
  token: MessageBus,
  make: (instance) => {
    const bus = instance as NatsMessageBus;
    return {
      name: 'nats',
      part: {
        stop: () => bus.close(),
        waitingFor: () => (bus.connected ? undefined : 'the connection to NATS is lost'),
      },
    };
  },
};

/** The service's own schema in Postgres. */
export const provideDatabase = (role: string): FactoryProvider<Database> =>
  provide(
    Database,
    (config, logger, metrics, tracer) => new Database(poolOptions(config, role, role), { logger, metrics, tracer }),
    StoreServiceConfig,
    Logger,
    Metrics,
    Tracer,
  );

/** Waits for Postgres with the reason in the health report, and lets go of it at the end. */
export const databaseSteps: readonly [typeof Database, Step] = [
  Database,
  waitUntil('postgres', Database, (database) => database.ping()),
];
