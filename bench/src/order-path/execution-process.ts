/**
 * Execution as the fleet runs it, wired as its app wires it, with a venue that answers at once in place of the real one:
 * the order path ends at the socket, and the bench must not measure somebody's exchange.
 */
import { approvalText } from '@argosy/contracts';
import { Clock, type OrderIntent, parseAmount, Timers } from '@argosy/domain';
import { OrderJournal } from '@argosy/execution-core';
import {
  type AccountPorts,
  AccountTrader,
  ApprovalVerifier,
  ExecutionMetrics,
  executionRoutes,
  ExecutionService,
  type ExecutionSettings,
  TradingGate,
} from '@argosy/execution-service';
import { PostgresOrderJournal } from '@argosy/execution-store';
import { loadConfig } from '@argosy/platform-config';
import { Database } from '@argosy/platform-database';
import {
  above,
  bindRoutes,
  bootService,
  busStep,
  databaseSteps,
  FLEET_PREFIXES,
  leadershipSteps,
  provide,
  provideBus,
  provideDatabase,
  provideLeadership,
  provideRoutes,
  SERVICE_PREFIXES,
  startInOrder,
  StoreServiceConfig,
} from '@argosy/platform-nest';
import { Disk, Leadership, Logger, MessageBus, Metrics, ProcessFacts, Tracer } from '@argosy/platform-port';
import { HmacSha256 } from '@argosy/platform-runtime';
import { tmpdir } from 'node:os';
import { type DynamicModule, Module } from '@nestjs/common';
import { ACCOUNT, APPROVAL_KEY, INSTRUMENT } from './bench-fleet.js';
import { NullTradingVenue } from './null-trading-venue.js';

/** The app's own defaults. */
const SETTINGS: ExecutionSettings = {
  fleetNumber: 1,
  rateLimitFactor: 1,
  reportsFolder: tmpdir(),
  dailyLossBackstop: parseAmount('0.03'),
  requestValidityMs: 1_000,
  haltStateLimitMs: 3_000,
  doubt: { visibilityLagMs: 2_000, queryIntervalMs: 500, escalateAfterMs: 30_000 },
  sweepIntervalMs: 5_000,
  sweepOverlapMs: 60_000,
  observeIntervalMs: 2_000,
  journalQueueLimit: 10_000,
  finishedOrdersKept: 10_000,
};
const ACCOUNT_SETTINGS = {
  accountId: ACCOUNT,
  venue: 'hyperliquid',
  kind: 'live',
  number: 1,
  signer: 'bench',
} as const;

class MacVerifier extends ApprovalVerifier {
  private readonly hmac = new HmacSha256(APPROVAL_KEY);

  override verify(intent: OrderIntent, mac: Uint8Array): boolean {
    return this.hmac.verify(approvalText(intent), mac);
  }
}

const traderOf = (shared: Omit<AccountPorts, 'venue'>, gate: TradingGate): AccountTrader => {
  const venue = new NullTradingVenue(ACCOUNT, INSTRUMENT, shared.clock);
  return new AccountTrader(ACCOUNT_SETTINGS, SETTINGS, { ...shared, venue }, gate, (reason) => {
    throw new Error(reason);
  });
};

/** What runs before the leadership, as in the real service. */
class Warm {
  constructor(private readonly service: ExecutionService) {}

  start(): Promise<void> {
    return this.service.warm();
  }
}

@Module({})
class ExecutionModule {}

const executionModule = (): DynamicModule => ({
  module: ExecutionModule,
  providers: [
    provideBus('execution'),
    provideDatabase('execution'),
    provide(OrderJournal, (database) => new PostgresOrderJournal(database), Database),
    provide(ApprovalVerifier, () => new MacVerifier()),
    provide(ExecutionMetrics, (metrics) => new ExecutionMetrics(metrics), Metrics),
    ...provideLeadership('execution', {
      names: [`execution.${ACCOUNT}`],
      epochAbove: above(OrderJournal, (journal) => journal.epoch(ACCOUNT)),
    }),
    provide(TradingGate, (clock) => new TradingGate(clock, SETTINGS.haltStateLimitMs), Clock),
    provide(
      AccountTrader,
      (gate, leadership, disk, journal, bus, verifier, metrics, clock, timers, tracer, logger) =>
        traderOf(
          { leadership, disk, journal, bus, verifier, metrics, clock, timers, tracer, logger: logger.child('orders') },
          gate,
        ),
      TradingGate,
      Leadership,
      Disk,
      OrderJournal,
      MessageBus,
      ApprovalVerifier,
      ExecutionMetrics,
      Clock,
      Timers,
      Tracer,
      Logger,
    ),
    provide(
      ExecutionService,
      (trader, gate, leadership, journal, clock, timers, logger, facts) =>
        new ExecutionService([trader], gate, leadership, journal, clock, timers, logger, facts),
      AccountTrader,
      TradingGate,
      Leadership,
      OrderJournal,
      Clock,
      Timers,
      Logger,
      ProcessFacts,
    ),
    provideRoutes(executionRoutes, ExecutionService),
    provide(Warm, (service) => new Warm(service), ExecutionService),
    startInOrder(...databaseSteps, busStep, Warm, ...leadershipSteps, bindRoutes(), ExecutionService),
  ],
});

await bootService({
  name: 'execution',
  configure: () => loadConfig(StoreServiceConfig, process.env, [...SERVICE_PREFIXES, ...FLEET_PREFIXES]),
  module: executionModule,
});
