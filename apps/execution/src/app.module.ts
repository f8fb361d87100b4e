import { Clock, Fault, Random, Timers } from '@argosy/domain';
import { OrderJournal } from '@argosy/execution-core';
import {
  type AccountPorts,
  AccountTrader,
  ApprovalVerifier,
  ExecutionMetrics,
  executionRoutes,
  ExecutionService,
  TradingGate,
} from '@argosy/execution-service';
import { JournalLeadership, PostgresOrderJournal } from '@argosy/execution-store';
import { Database } from '@argosy/platform-database';
import {
  bindRoutes,
  busStep,
  databaseSteps,
  provide,
  provideBus,
  provideDatabase,
  provideRoutes,
  startInOrder,
} from '@argosy/platform-nest';
import {
  Disk,
  HttpClient,
  Logger,
  MessageBus,
  Metrics,
  ProcessFacts,
  Tracer,
  WebSocketClient,
} from '@argosy/platform-port';
import { HmacSha256 } from '@argosy/platform-runtime';
import { type DynamicModule, Module } from '@nestjs/common';
import type { ExecutionConfig } from './execution.config.js';
import { HmacApprovalVerifier } from './hmac-approval-verifier.js';
import { accountSettings, executionSettings, type KeyedAccount, venueOf, type VenuePorts } from './trading-accounts.js';

@Module({})
class ExecutionModule {}

/** What every account's trading shares; the venue and the leadership are its own. */
type SharedPorts = Omit<AccountPorts, 'venue' | 'leadership'>;

export interface ExecutionParts {
  readonly config: ExecutionConfig;
  readonly fleetNumber: number;
  readonly accounts: readonly KeyedAccount[];
  /** A process that lost its leadership has nothing left to do (leadership protocol, 7). */
  readonly leave: (reason: string) => void;
}

/** The accounts this process trades for. */
class Traders {
  constructor(readonly all: readonly AccountTrader[]) {}
}

function traderOf(
  parts: ExecutionParts,
  account: KeyedAccount,
  shared: SharedPorts,
  ports: VenuePorts,
  gate: TradingGate,
): AccountTrader {
  const { venue, signer } = venueOf(parts.config, account, ports);
  const settings = accountSettings(account.entry, signer);
  const leadership = new JournalLeadership(shared.journal, settings, shared.clock);
  const lost = (reason: string): void => {
    leadership.lost(new Fault('STALE_EPOCH', reason));
    parts.leave(reason);
  };
  const logger = shared.logger.child('orders');
  return new AccountTrader(
    settings,
    executionSettings(parts.config, parts.fleetNumber),
    { ...shared, logger, venue, leadership },
    gate,
    lost,
  );
}

/** Execution with its real parts: the only place that knows which they are. */
export function executionModule(parts: ExecutionParts): DynamicModule {
  const { config } = parts;
  return {
    module: ExecutionModule,
    providers: [
      provideBus('execution'),
      provideDatabase('execution'),
      provide(OrderJournal, (database) => new PostgresOrderJournal(database), Database),
      provide(ApprovalVerifier, () => new HmacApprovalVerifier(new HmacSha256(config.RISK_APPROVAL_KEY.reveal()))),
      provide(ExecutionMetrics, (metrics) => new ExecutionMetrics(metrics), Metrics),
      provide(TradingGate, (clock) => new TradingGate(clock, config.EXECUTION_HALT_STATE_LIMIT), Clock),
      provide(
        Traders,
        (gate, journal, bus, verifier, metrics, clock, timers, random, http, webSocket, disk, tracer, logger) => {
          const shared: SharedPorts = { journal, bus, verifier, metrics, clock, timers, tracer, logger };
          const venues = logger.child('venues');
          const ports: VenuePorts = { bus, disk, clock, timers, random, http, webSocket, logger: venues };
          return new Traders(parts.accounts.map((account) => traderOf(parts, account, shared, ports, gate)));
        },
        TradingGate,
        OrderJournal,
        MessageBus,
        ApprovalVerifier,
        ExecutionMetrics,
        Clock,
        Timers,
        Random,
        HttpClient,
        WebSocketClient,
        Disk,
        Tracer,
        Logger,
      ),
      provide(
        ExecutionService,
        (traders, gate, journal, clock, logger, facts) =>
          new ExecutionService(traders.all, gate, journal, clock, logger, facts),
        Traders,
        TradingGate,
        OrderJournal,
        Clock,
        Logger,
        ProcessFacts,
      ),
      provideRoutes(executionRoutes, ExecutionService),
      // Routes first: a kill must be heard while the venue is still being waited for.
      startInOrder(...databaseSteps, busStep, bindRoutes(), ExecutionService),
    ],
  };
}
