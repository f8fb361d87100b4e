import { Clock, Random, Timers } from '@argosy/domain';
import { FrameRecorder, MarketDataMetrics, marketDataRoutes, MarketDataService } from '@argosy/market-data-service';
import {
  bindRoutes,
  busStep,
  leadershipSteps,
  provide,
  provideBus,
  provideLeadership,
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
import { Module } from '@nestjs/common';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { BinanceCounts } from './binance-counts.js';
import { MarketDataConfig } from './market-data.config.js';
import { VenuePlans } from './venue-plans.js';

const MEGABYTE = 1_048_576;
const gzipChunk = promisify(gzip);

/** Nobody records: the recorder is a part like the others, so that what starts does not depend on the configuration. */
class Recording {
  constructor(readonly recorder: FrameRecorder | undefined) {}
  async stop(): Promise<void> {
    await this.recorder?.stop();
  }
}

@Module({
  providers: [
    provideBus('market-data'),
    ...provideLeadership('market-data'),
    provide(
      VenuePlans,
      (config, clock, timers, random, http, sockets, logger) =>
        new VenuePlans(config, { clock, timers, random, http, sockets, logger: logger.child('venues') }),
      MarketDataConfig,
      Clock,
      Timers,
      Random,
      HttpClient,
      WebSocketClient,
      Logger,
    ),
    provide(MarketDataMetrics, (metrics) => new MarketDataMetrics(metrics), Metrics),
    provide(
      Recording,
      (config, disk, clock, timers, logger, metrics) => {
        const folder = config.MARKET_DATA_RECORDING_FOLDER;
        if (folder === undefined) return new Recording(undefined);
        const settings = {
          folder,
          fileBytesMax: config.MARKET_DATA_RECORDING_FILE_MB * MEGABYTE,
          totalBytesMax: config.MARKET_DATA_RECORDING_TOTAL_MB * MEGABYTE,
        };
        return new Recording(
          new FrameRecorder(settings, {
            disk,
            gzip: gzipChunk,
            clock,
            timers,
            logger: logger.child('recorder'),
            metrics,
          }),
        );
      },
      MarketDataConfig,
      Disk,
      Clock,
      Timers,
      Logger,
      MarketDataMetrics,
    ),
    provide(
      MarketDataService,
      (plans, config, { recorder }, bus, clock, timers, random, tracer, logger, metrics, facts) =>
        new MarketDataService(
          plans.all,
          {
            bookIntervalMs: config.MARKET_DATA_BOOK_INTERVAL_MS,
            withdrawAfterMs: config.MARKET_DATA_WITHDRAW_AFTER_MS,
            instrumentRefreshMs: config.MARKET_DATA_INSTRUMENT_REFRESH_MS,
          },
          {
            bus,
            clock,
            timers,
            random,
            tracer,
            logger,
            metrics,
            facts,
            ...(recorder === undefined ? {} : { recorder }),
          },
        ),
      VenuePlans,
      MarketDataConfig,
      Recording,
      MessageBus,
      Clock,
      Timers,
      Random,
      Tracer,
      Logger,
      MarketDataMetrics,
      ProcessFacts,
    ),
    provide(
      BinanceCounts,
      (plans, timers, metrics) => new BinanceCounts(plans.binance, timers, metrics),
      VenuePlans,
      Timers,
      Metrics,
    ),
    provideRoutes(marketDataRoutes, MarketDataService),
    startInOrder(busStep, ...leadershipSteps, Recording, BinanceCounts, bindRoutes(), MarketDataService),
  ],
})
export class MarketDataModule {}
