import { Clock, Random, Timers } from '@argosy/domain';
import { AuditLog, NonceMemory, RequestVerifier, ResumeApprovals } from '@argosy/ops-core';
import {
  AccessService,
  AlertsService,
  AuditTrail,
  BooksService,
  EventStream,
  FleetClient,
  KillFile,
  KillFileWatch,
  KillSwitchService,
  opsRoutes,
  OrdersService,
  ReadCache,
  RiskControlService,
  StatusService,
  StrategiesService,
  TradingService,
} from '@argosy/ops-service';
import { PostgresAuditLog } from '@argosy/ops-store';
import { Database } from '@argosy/platform-database';
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
  type Step,
  wire,
} from '@argosy/platform-nest';
import { describeLeadership, Disk, Logger, MessageBus, Metrics, ProcessFacts } from '@argosy/platform-port';
import { HmacSha256 } from '@argosy/platform-runtime';
import { nsToMs } from '@argosy/domain';
import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { BooksController } from './handlers/books.controller.js';
import { HaltsController } from './handlers/halts.controller.js';
import { OrdersController } from './handlers/orders.controller.js';
import { RiskControlController } from './handlers/risk-control.controller.js';
import { StatusController } from './handlers/status.controller.js';
import { StrategiesController } from './handlers/strategies.controller.js';
import { StreamController } from './handlers/stream.controller.js';
import { TradingController } from './handlers/trading.controller.js';
import { PublicPort } from './http/public-port.js';
import { Responder } from './http/responder.js';
import { KeyStore } from './key-store.js';
import type { OpsConfig } from './ops.config.js';
import { sha256 } from './sha256.js';

@Module({})
export class OpsModule {}

type Environment = Readonly<Record<string, string | undefined>>;
const STRANGER_BYTES = 32;

/** From its first moment on the gateway remembers what was signed; READY waits until every new signature is good. */
class ReplayGuard {
  constructor(
    readonly nonces: NonceMemory,
    private readonly clock: Clock,
    private readonly timers: Timers,
  ) {}
  async start(): Promise<void> {
    const waitMs = this.nonces.completeFromMs - nsToMs(this.clock.now());
    if (waitMs > 0) await this.timers.sleep(waitMs);
  }
}

/** What is outside the process: in specs other parts stand here. */
export const realWorld: {
  readonly providers: readonly Provider[];
  readonly steps: readonly (Step | typeof Database)[];
  /** Before them a standby waits. */
  readonly leadership: readonly Step[];
} = {
  providers: [
    provideBus('ops-gateway'),
    provideDatabase('ops'),
    ...provideLeadership('ops-gateway'),
    provide(AuditLog, (database) => new PostgresAuditLog(database, sha256), Database),
  ],
  steps: [busStep, ...databaseSteps],
  leadership: leadershipSteps,
};

/** The gateway with its parts: the only place that knows which they are. */
export function opsModule(config: OpsConfig, env: Environment, world: typeof realWorld = realWorld): DynamicModule {
  return {
    module: OpsModule,
    controllers: [
      StatusController,
      BooksController,
      OrdersController,
      StrategiesController,
      TradingController,
      HaltsController,
      RiskControlController,
      StreamController,
    ],
    providers: [
      ...world.providers,
      provide(
        KeyStore,
        (disk, timers, logger) => new KeyStore(config, env, disk, timers, logger.child('keys')),
        Disk,
        Timers,
        Logger,
      ),
      provide(
        ReplayGuard,
        (clock, timers) => new ReplayGuard(new NonceMemory(nsToMs(clock.now())), clock, timers),
        Clock,
        Timers,
      ),
      provide(
        RequestVerifier,
        ({ ring }, { nonces }, clock, random) =>
          new RequestVerifier(
            ring,
            nonces,
            sha256,
            clock,
            new HmacSha256(Buffer.from(random.bytes(STRANGER_BYTES)).toString('hex')),
          ),
        KeyStore,
        ReplayGuard,
        Clock,
        Random,
      ),
      provide(
        AuditTrail,
        (log, clock, timers, random, logger, metrics) =>
          new AuditTrail(log, clock, timers, random, logger.child('audit'), metrics),
        AuditLog,
        Clock,
        Timers,
        Random,
        Logger,
        Metrics,
      ),
      provide(
        AccessService,
        (verifier, audit, facts, clock, logger, metrics) =>
          new AccessService(
            {
              loopbackReads: config.OPS_LOOPBACK_READS,
              perSecond: config.OPS_RATE_PER_SECOND,
              burst: config.OPS_RATE_BURST,
              leads: () => describeLeadership(facts).role === 'primary',
            },
            verifier,
            audit,
            clock,
            logger.child('access'),
            metrics,
          ),
        RequestVerifier,
        AuditTrail,
        ProcessFacts,
        Clock,
        Logger,
        Metrics,
      ),
      provide(
        PublicPort,
        (timers, logger) =>
          new PublicPort(config.OPS_PUBLIC_PORT, config.SERVICE_HTTP_HOST, timers, logger.child('http')),
        Timers,
        Logger,
      ),
      ...services(config),
      provideRoutes(opsRoutes, StatusService, KillSwitchService, Clock),
      // The kill file is watched by a standby too: two kills are one, and a leader that hangs sees no file.
      startInOrder(
        KeyStore,
        ReplayGuard,
        EventStream,
        KillFileWatch,
        ...world.leadership,
        PublicPort,
        bindRoutes(),
        ...world.steps,
        AuditTrail,
      ),
    ],
  };
}

const services = (config: OpsConfig): readonly Provider[] => [
  wire(FleetClient, MessageBus),
  wire(ReadCache, Clock),
  wire(Responder, ReadCache),
  provide(KillFile, (disk) => new KillFile(config.OPS_KILL_FILE, disk), Disk),
  wire(StatusService, FleetClient, Clock, ProcessFacts, KillFile, Metrics),
  wire(OrdersService, FleetClient, AuditTrail),
  wire(StrategiesService, FleetClient, StatusService, AuditTrail, Clock),
  wire(BooksService, FleetClient, AuditTrail, StatusService, Clock),
  wire(RiskControlService, FleetClient, StatusService, AuditTrail),
  provide(ResumeApprovals, () => new ResumeApprovals(config.OPS_RESUME_APPROVALS === 2 ? 2 : 1, sha256)),
  provide(
    KillSwitchService,
    (fleet, status, audit, approvals, file, clock, timers) =>
      new KillSwitchService(fleet, status, audit, approvals, file, { clock, timers }),
    FleetClient,
    StatusService,
    AuditTrail,
    ResumeApprovals,
    KillFile,
    Clock,
    Timers,
  ),
  wire(TradingService, FleetClient, StatusService, AuditTrail, KillFile),
  provide(
    KillFileWatch,
    (file, killSwitch, trading, clock, timers, logger) =>
      new KillFileWatch(file, killSwitch, trading, { clock, timers }, logger.child('kill-file')),
    KillFile,
    KillSwitchService,
    TradingService,
    Clock,
    Timers,
    Logger,
  ),
  provide(
    AlertsService,
    (killSwitch, audit, logger, metrics) => new AlertsService(killSwitch, audit, logger.child('alerts'), metrics),
    KillSwitchService,
    AuditTrail,
    Logger,
    Metrics,
  ),
  provide(
    EventStream,
    (bus, status, books, cache, clock, timers, metrics) =>
      new EventStream(bus, { status, books, cache, clock, timers }, config.OPS_STREAMS_MAX, metrics),
    MessageBus,
    StatusService,
    BooksService,
    ReadCache,
    Clock,
    Timers,
    Metrics,
  ),
];
