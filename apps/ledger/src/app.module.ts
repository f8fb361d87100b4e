import { Clock, Timers } from '@argosy/domain';
import { LedgerStore } from '@argosy/ledger-core';
import { ledgerRoutes, LedgerService } from '@argosy/ledger-service';
import { NodeDigest, PostgresLedgerStore } from '@argosy/ledger-store';
import { Database } from '@argosy/platform-database';
import { LEDGER_DURABLE } from '@argosy/platform-messaging';
import {
  bindRoutes,
  busStep,
  databaseSteps,
  leadershipSteps,
  provide,
  provideBus,
  provideDatabase,
  provideLeadership,
  provideRoutes,
  startInOrder,
  waitUntil,
  wire,
} from '@argosy/platform-nest';
import { Leadership, Logger, MessageBus, Metrics, ProcessFacts, Tracer } from '@argosy/platform-port';
import { Module } from '@nestjs/common';
import { LedgerFence } from './ledger-fence.js';

/** The ledger with its real parts: the only place that knows which they are. */
@Module({
  providers: [
    provideBus('ledger'),
    provideDatabase('ledger'),
    ...provideLeadership('ledger'),
    provide(LedgerStore, ({ pool }) => new PostgresLedgerStore(pool, new NodeDigest()), Database),
    provide(
      LedgerService,
      (store, bus, clock, timers, logger, metrics, tracer, facts) =>
        new LedgerService({
          store,
          bus,
          clock,
          timers,
          logger: logger.child('ledger'),
          metrics,
          tracer,
          durable: LEDGER_DURABLE,
          facts,
        }),
      LedgerStore,
      MessageBus,
      Clock,
      Timers,
      Logger,
      Metrics,
      Tracer,
      ProcessFacts,
    ),
    wire(LedgerFence, LedgerStore, Leadership),
    provideRoutes(ledgerRoutes, LedgerService),
    startInOrder(
      ...databaseSteps,
      busStep,
      ...leadershipSteps,
      waitUntil('fence', LedgerFence, (fence) => fence.claim()),
      LedgerService,
      bindRoutes(),
      waitUntil('account-events', LedgerService, (service) => service.listen()),
    ),
  ],
})
export class LedgerModule {}
