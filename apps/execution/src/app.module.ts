import { subjects, tradingStateCodec } from '@argosy/contracts';
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
import { PostgresOrderJournal } from '@argosy/execution-store';
import { Database } from '@argosy/platform-database';
import {
  above,
  bindRoutes,
  busStep,
  databaseSteps,
  Departure,
  leadershipSteps,
  provide,
  provideBus,
  provideDatabase,
  provideLeadership,
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

/** Words of risk that wait for a standby; only the newest counts. */
const STATES_WAITING_MAX = 64;

@Module({})
class ExecutionModule {}

/** What every account's trading shares; the venue is its own. */
type SharedPorts = Omit<AccountPorts, 'venue'>;

export interface ExecutionParts {
  readonly config: ExecutionConfig;
  readonly fleetNumber: number;
  readonly accounts: readonly KeyedAccount[];
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
  departure: Departure,
): AccountTrader {
  const { venue, signer } = venueOf(parts.config, account, ports);
  return new AccountTrader(
    accountSettings(account.entry, signer),
    executionSettings(parts.config, parts.fleetNumber),
    { ...shared, logger: shared.logger.child('orders'), venue },
    gate,
    (reason) => {
      departure.leave(reason);
    },
  );
}

/** What runs before the leadership: reads, sockets, and an ear for a kill, which no takeover may forget (I-12). */
class ExecutionStandby {
  constructor(
    private readonly service: ExecutionService,
    private readonly bus: MessageBus,
  ) {}

  start(): Promise<void> {
    this.bus.subscribe(subjects.tradingState, tradingStateCodec, { queueLimit: STATES_WAITING_MAX }, (state) => {
      this.service.tradingStated(state);
    });
    return this.service.warm();
  }
}

/** The highest epoch that any account of this process has seen. */
const highestEpoch = async (journal: OrderJournal, accounts: readonly KeyedAccount[]): Promise<number> =>
  Math.max(0, ...(await Promise.all(accounts.map(({ entry }) => journal.epoch(accountId(entry.account_id))))));

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
      ...provideLeadership('execution', {
        names: parts.accounts.map(({ entry }) => `execution.${entry.account_id}`),
        epochAbove: above(OrderJournal, (journal) => highestEpoch(journal, parts.accounts)),
      }),
      provide(TradingGate, (clock) => new TradingGate(clock, config.EXECUTION_HALT_STATE_LIMIT), Clock),
      provide(
        Traders,
        (
          gate,
          leadership,
          departure,
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
          const shared: SharedPorts = {
            disk,
            leadership,
            journal,
            bus,
            verifier,
            metrics,
            clock,
            timers,
            tracer,
            logger,
          };
          const venues = logger.child('venues');
          const ports: VenuePorts = { bus, disk, clock, timers, random, http, webSocket, logger: venues };
          return new Traders(parts.accounts.map((account) => traderOf(parts, account, shared, ports, gate, departure)));
        },
        TradingGate,
        Leadership,
        Departure,
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
      provide(ExecutionStandby, (service, bus) => new ExecutionStandby(service, bus), ExecutionService, MessageBus),
      provideRoutes(executionRoutes, ExecutionService),
      startInOrder(
        ...databaseSteps,
        busStep,
        ExecutionStandby,
        ...leadershipSteps,
        // Routes first: a kill must be heard while the venue is still being waited for.
        bindRoutes(),
        ExecutionService,
      ),
    ],
  };
}
