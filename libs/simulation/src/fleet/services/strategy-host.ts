import { SeededRandom } from '@argosy/platform-runtime';
import { SilentMetrics, SilentTracer } from '@argosy/platform-port';
import { marketMaker } from '@argosy/strategy-market-maker';
import {
  InProcessRunner,
  StrategyHost,
  StrategyHostMetrics,
  strategyHostRoutes,
  strategyTypes,
} from '@argosy/strategy-service';
import { StrategyFiles } from '@argosy/strategy-store';
import { dice } from '../dice-strategy.js';
import { HOST_SETTINGS, RUN_LOGS, STRATEGY_FOLDER } from '../fleet-settings.js';
import type { Compose } from '../service-ports.js';

/** What can run here. */
export const STRATEGY_TYPES = strategyTypes([marketMaker, dice]);

/** strategy-host as `apps/strategy-host` puts it together, on virtual parts and without threads. */
export const composeStrategyHost: Compose = (ports) => {
  const { process, bus, disk, logger, facts, stores } = ports;
  const { clock, timers } = process;
  const leadership = ports.leadership(['strategy-host']);
  const host = new StrategyHost(STRATEGY_TYPES, ports.isLogged ? { ...HOST_SETTINGS, log: RUN_LOGS } : HOST_SETTINGS, {
    bus,
    clock,
    timers,
    tracer: new SilentTracer(),
    logger: logger.child('strategies'),
    metrics: new StrategyHostMetrics(new SilentMetrics()),
    runner: new InProcessRunner(STRATEGY_TYPES, (seed) => new SeededRandom(seed)),
    store: stores.strategy,
    reader: new StrategyFiles(STRATEGY_FOLDER, disk),
    disk,
    facts,
    leadership,
  });
  return {
    start: async (bind) => {
      await host.warm();
      await leadership.acquire();
      await host.start();
      bind(strategyHostRoutes(host));
    },
    stop: async () => {
      await host.stop();
      await leadership.release();
    },
    epoch: () => leadership.current()?.epoch,
    waitingFor: () => host.waitingFor(),
  };
};
