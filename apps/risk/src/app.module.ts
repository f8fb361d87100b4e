import { Clock, Timers } from '@argosy/domain';
import { type AccountsFile, type LimitsFile } from '@argosy/platform-config';
import { Database } from '@argosy/platform-database';
import {
  above,
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
} from '@argosy/platform-nest';
import { Leadership, Logger, MessageBus, Metrics, ProcessFacts, Tracer } from '@argosy/platform-port';
import { HmacSha256 } from '@argosy/platform-runtime';
import { RiskStore } from '@argosy/risk-core';
import { ApprovalSigner, RiskMetrics, riskRoutes, RiskService, TradingControl } from '@argosy/risk-service';
import { PostgresRiskStore } from '@argosy/risk-store';
import { type DynamicModule, Module } from '@nestjs/common';
import { HmacApprovalSigner } from './hmac-approval-signer.js';
import type { RiskConfig } from './risk.config.js';
import { riskSettings } from './risk-settings.js';

@Module({})
class RiskModule {}

/** What runs before the leadership: prices are followed, and nothing is judged. */
class RiskStandby {
  constructor(private readonly service: RiskService) {}

  start(): void {
    this.service.warm();
  }
}

/** Risk with its real parts: the only place that knows which they are. */
export function riskModule(config: RiskConfig, accounts: AccountsFile, limits: LimitsFile): DynamicModule {
  const settings = riskSettings(config, accounts, limits);
  return {
    module: RiskModule,
    providers: [
      provideBus('risk'),
      provideDatabase('risk'),
      provide(RiskStore, (database) => new PostgresRiskStore(database), Database),
      ...provideLeadership('risk', { epochAbove: above(RiskStore, (store) => store.epoch()) }),
      provide(ApprovalSigner, () => new HmacApprovalSigner(new HmacSha256(config.RISK_APPROVAL_KEY.reveal()))),
      provide(
        TradingControl,
        (store, bus, clock, timers, logger) =>
          new TradingControl(store, bus, clock, timers, logger.child('trading_state')),
        RiskStore,
        MessageBus,
        Clock,
        Timers,
        Logger,
      ),
      provide(RiskMetrics, (metrics) => new RiskMetrics(metrics), Metrics),
      provide(
        RiskService,
        (control, store, bus, leadership, signer, clock, timers, tracer, logger, metrics, facts) =>
          new RiskService(
            settings,
            { store, bus, leadership, signer, clock, timers, tracer, logger, metrics, facts },
            control,
          ),
        TradingControl,
        RiskStore,
        MessageBus,
        Leadership,
        ApprovalSigner,
        Clock,
        Timers,
        Tracer,
        Logger,
        RiskMetrics,
        ProcessFacts,
      ),
      provide(RiskStandby, (service) => new RiskStandby(service), RiskService),
      provideRoutes(riskRoutes, RiskService, TradingControl),
      startInOrder(...databaseSteps, busStep, RiskStandby, ...leadershipSteps, RiskService, bindRoutes()),
    ],
  };
}
