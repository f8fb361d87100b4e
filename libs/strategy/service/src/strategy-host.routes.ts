import {
  configureStrategyCodec,
  emptyCodec,
  loadStrategyCodec,
  serviceStatusCodec,
  serviceStatusRequestCodec,
  startStrategyCodec,
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
import { type Codec, requestRoute, type Route } from '@argosy/platform-port';
import type { StrategyHost } from './strategy-host.js';

/** Stopping one is answered with it, stopping all with all; the asker knows which it asked for. */
const stopAnswerCodec: Codec<StrategyView | StrategiesPage> = {
  name: 'StopAnswer',
  encode: (answer) => ('strategies' in answer ? strategiesPageCodec.encode(answer) : strategyViewCodec.encode(answer)),
  decode: (bytes) => strategyViewCodec.decode(bytes),
};

/** Every subject strategy-host answers, one row each. */
export const strategyHostRoutes = (host: StrategyHost): readonly Route[] => [
  requestRoute({
    pattern: subjects.strategyList,
    ask: strategiesRequestCodec,
    answer: strategiesPageCodec,
    handle: () => host.list(),
  }),
  requestRoute({
    pattern: subjects.strategyGet,
    ask: strategyRequestCodec,
    answer: strategyViewCodec,
    handle: (request) => host.get(request),
  }),
  requestRoute({
    pattern: subjects.strategyLoad,
    ask: loadStrategyCodec,
    answer: strategyViewCodec,
    handle: (command) => host.load(command),
  }),
  requestRoute({
    pattern: subjects.strategyStart,
    ask: startStrategyCodec,
    answer: strategyViewCodec,
    handle: (command) => host.startStrategy(command),
  }),
  requestRoute({
    pattern: subjects.strategyStop,
    ask: stopStrategyCodec,
    answer: stopAnswerCodec,
    handle: (command) => host.stopStrategy(command),
  }),
  requestRoute({
    pattern: subjects.strategyConfigure,
    ask: configureStrategyCodec,
    answer: strategyViewCodec,
    handle: (command) => host.configure(command),
  }),
  requestRoute({
    pattern: subjects.strategyUnload,
    ask: unloadStrategyCodec,
    answer: emptyCodec,
    handle: (command) => host.unload(command),
  }),
  requestRoute({
    pattern: subjects.serviceStatus('strategy-host'),
    ask: serviceStatusRequestCodec,
    answer: serviceStatusCodec,
    handle: () => host.status(),
  }),
];
