import { Clock, Timers } from '@argosy/domain';
import type { AccountsFile } from '@argosy/platform-config';
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
} from '@argosy/platform-nest';
import { Disk, Leadership, Logger, MessageBus, Metrics, ProcessFacts, Tracer } from '@argosy/platform-port';
import { StrategyConfigReader, StrategyStore } from '@argosy/strategy-api';
import { StrategyHost, StrategyHostMetrics, strategyHostRoutes, StrategyRunner } from '@argosy/strategy-service';
import { PostgresStrategyStore, StrategyFiles } from '@argosy/strategy-store';
import { type DynamicModule, Module } from '@nestjs/common';
import { hostSettings } from './host-settings.js';
import { ProcessRunner, type ProcessRunnerSettings } from './process/process-runner.js';
import type { StrategyHostConfig } from './strategy-host.config.js';
import { STRATEGY_TYPES } from './strategy-table.js';

@Module({})
class StrategyHostModule {}

/** What runs before the leadership: processes with their code loaded, and nobody fed. */
class StrategyStandby {
  constructor(private readonly host: StrategyHost) {}

  start(): Promise<void> {
    return this.host.warm();
  }

  /** Also when it never led. */
  stop(): Promise<void> {
    return this.host.stop();
  }
}

/** strategy-host with its real parts: the only place that knows which they are. */
export function strategyHostModule(
  config: StrategyHostConfig,
  accounts: AccountsFile,
  code: Omit<ProcessRunnerSettings, 'memoryMb'>,
): DynamicModule {
  const settings = hostSettings(config, accounts);
  return {
    module: StrategyHostModule,
    providers: [
      provideBus('strategy-host'),
      provideDatabase('strategy'),
      ...provideLeadership('strategy-host'),
      provide(StrategyStore, (database) => new PostgresStrategyStore(database), Database),
      provide(StrategyConfigReader, (disk) => new StrategyFiles(config.STRATEGY_HOST_CONFIG_FOLDER, disk), Disk),
      provide(
        StrategyRunner,
        (timers) => new ProcessRunner({ ...code, memoryMb: config.STRATEGY_HOST_MEMORY_MB }, timers),
        Timers,
      ),
      provide(StrategyHostMetrics, (metrics) => new StrategyHostMetrics(metrics), Metrics),
      provide(
        StrategyHost,
        (bus, clock, timers, tracer, logger, metrics, runner, store, reader, disk, facts, leadership) =>
          new StrategyHost(STRATEGY_TYPES, settings, {
            bus,
            clock,
            timers,
            tracer,
            logger: logger.child('strategies'),
            metrics,
            runner,
            store,
            reader,
            disk,
            facts,
            leadership,
          }),
        MessageBus,
        Clock,
        Timers,
        Tracer,
        Logger,
        StrategyHostMetrics,
        StrategyRunner,
        StrategyStore,
        StrategyConfigReader,
        Disk,
        ProcessFacts,
        Leadership,
      ),
      provide(StrategyStandby, (host) => new StrategyStandby(host), StrategyHost),
      provideRoutes(strategyHostRoutes, StrategyHost),
      startInOrder(...databaseSteps, busStep, StrategyStandby, ...leadershipSteps, StrategyHost, bindRoutes()),
    ],
  };
}
