import {
  configureStrategyCodec,
  emptyCodec,
  type LoadStrategy,
  loadStrategyCodec,
  startStrategyCodec,
  type StopStrategy,
  stopStrategyCodec,
  type StrategiesPage,
  strategiesPageCodec,
  strategiesRequestCodec,
  strategyRequestCodec,
  type StrategyView,
  strategyViewCodec,
  subjects,
  unloadStrategyCodec,
} from '@argosy/contracts';
import type { Answer } from '../no.js';
import { QUERY_MS_MAX, COMMAND_MS_MAX, SLOW_MS_MAX, KILL_MS_MAX, type FleetAsker } from './fleet-asker.js';

/** Strategies and their lives. */
export class StrategyHostClient {
  constructor(private readonly asker: FleetAsker) {}

  strategies = (timeoutMs = QUERY_MS_MAX): Promise<Answer<StrategiesPage>> =>
    this.asker.query({
      to: 'strategy-host',
      subject: subjects.strategyList,
      ask: strategiesRequestCodec,
      answer: strategiesPageCodec,
      message: {},
      timeoutMs,
    });
  strategy = (strategyId: string): Promise<Answer<StrategyView>> =>
    this.asker.query({
      to: 'strategy-host',
      subject: subjects.strategyGet,
      ask: strategyRequestCodec,
      answer: strategyViewCodec,
      message: { strategyId },
    });
  loadStrategy = (message: LoadStrategy): Promise<Answer<StrategyView>> =>
    this.asker.command({
      to: 'strategy-host',
      subject: subjects.strategyLoad,
      ask: loadStrategyCodec,
      answer: strategyViewCodec,
      message,
      timeoutMs: SLOW_MS_MAX,
    });
  startStrategy = (strategyId: string, actor: string): Promise<Answer<StrategyView>> =>
    this.asker.command({
      to: 'strategy-host',
      subject: subjects.strategyStart,
      ask: startStrategyCodec,
      answer: strategyViewCodec,
      message: { strategyId, actor },
    });
  stopStrategy = (message: StopStrategy, timeoutMs = COMMAND_MS_MAX): Promise<Answer<StrategyView>> =>
    this.asker.command({
      to: 'strategy-host',
      subject: subjects.strategyStop,
      ask: stopStrategyCodec,
      answer: strategyViewCodec,
      message,
      timeoutMs,
    });
  stopEveryStrategy = (actor: string, reason: string): Promise<Answer<unknown>> =>
    this.asker.command({
      to: 'strategy-host',
      subject: subjects.strategyStop,
      ask: stopStrategyCodec,
      // Whatever it says of the strategies is not needed here, so it need not be understood.
      answer: emptyCodec,
      message: { strategyId: '', cancelOrders: true, force: true, actor, reason },
      timeoutMs: KILL_MS_MAX,
    });
  configureStrategy = (strategyId: string, patchJson: string, actor: string): Promise<Answer<StrategyView>> =>
    this.asker.command({
      to: 'strategy-host',
      subject: subjects.strategyConfigure,
      ask: configureStrategyCodec,
      answer: strategyViewCodec,
      message: { strategyId, patchJson, actor },
    });
  unloadStrategy = (strategyId: string, actor: string): Promise<Answer<unknown>> =>
    this.asker.command({
      to: 'strategy-host',
      subject: subjects.strategyUnload,
      ask: unloadStrategyCodec,
      answer: emptyCodec,
      message: { strategyId, actor },
    });
}
