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
import { HttpClient, Logger, MessageBus, Metrics, ProcessFacts, Tracer, WebSocketClient } from '@argosy/platform-port';
import { HmacSha256 } from '@argosy/platform-runtime';
import type { HyperliquidPorts } from '@argosy/venue-hyperliquid';
import { type DynamicModule, Module } from '@nestjs/common';
import type { ExecutionConfig } from './execution.config.js';
import { HmacApprovalVerifier } from './hmac-approval-verifier.js';
import { accountSettings, executionSettings, hyperliquidTrading, type KeyedAccount } from './trading-accounts.js';

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
  wire: HyperliquidPorts,
  gate: TradingGate,
): AccountTrader {
  const venue = hyperliquidTrading(parts.config, account, wire);
  const settings = accountSettings(account.entry, venue.signerAddress);
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
        (gate, journal, bus, verifier, metrics, clock, timers, random, http, webSocket, tracer, logger) => {
          const shared: SharedPorts = { journal, bus, verifier, metrics, clock, timers, tracer, logger };
          const wire: HyperliquidPorts = { clock, timers, random, http, webSocket, logger: logger.child('venues') };
          return new Traders(parts.accounts.map((account) => traderOf(parts, account, shared, wire, gate)));
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
