import { accountId, Clock, Random, Timers } from '@argosy/domain';
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
  Leadership,
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

/** What every account's trading shares; the venue is its own. */
type SharedPorts = Omit<AccountPorts, 'venue'>;

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
  return new AccountTrader(
    accountSettings(account.entry, signer),
    executionSettings(parts.config, parts.fleetNumber),
    { ...shared, logger: shared.logger.child('orders'), venue },
    gate,
    parts.leave,
  );
}

/** What runs before the leadership: see `ExecutionService.warm`. */
class ExecutionStandby {
  constructor(private readonly service: ExecutionService) {}

  start(): Promise<void> {
    return this.service.warm();
  }
}

/** Stands by until this process leads. */
class ExecutionLeadership {
  constructor(private readonly leadership: Leadership) {}

  async start(): Promise<void> {
    await this.leadership.acquire();
  }

  stop(): Promise<void> {
    return this.leadership.release();
  }
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
      provide(
        Leadership,
        (journal) =>
          new JournalLeadership(
            journal,
            parts.accounts.map(({ entry }) => accountId(entry.account_id)),
          ),
        OrderJournal,
      ),
      provide(TradingGate, (clock) => new TradingGate(clock, config.EXECUTION_HALT_STATE_LIMIT), Clock),
      provide(
        Traders,
        (
          gate,
          leadership,
          journal,
          bus,
          verifier,
          metrics,
          clock,
          timers,
          random,
          http,
          webSocket,
          disk,
          tracer,
          logger,
        ) => {
          const shared: SharedPorts = { leadership, journal, bus, verifier, metrics, clock, timers, tracer, logger };
          const venues = logger.child('venues');
          const ports: VenuePorts = { bus, disk, clock, timers, random, http, webSocket, logger: venues };
          return new Traders(parts.accounts.map((account) => traderOf(parts, account, shared, ports, gate)));
        },
        TradingGate,
        Leadership,
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
        (traders, gate, leadership, journal, clock, timers, logger, facts) =>
          new ExecutionService(traders.all, gate, leadership, journal, clock, timers, logger, facts),
        Traders,
        TradingGate,
        Leadership,
        OrderJournal,
        Clock,
        Timers,
        Logger,
        ProcessFacts,
      ),
      provide(ExecutionStandby, (service) => new ExecutionStandby(service), ExecutionService),
      provide(ExecutionLeadership, (leadership) => new ExecutionLeadership(leadership), Leadership),
      provideRoutes(executionRoutes, ExecutionService),
      // Routes first: a kill must be heard while the venue is still being waited for.
      startInOrder(...databaseSteps, busStep, ExecutionStandby, ExecutionLeadership, bindRoutes(), ExecutionService),
    ],
  };
}
