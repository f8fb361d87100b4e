import { MarketDataMetrics, marketDataRoutes, MarketDataService } from '@argosy/market-data-service';
import { SilentMetrics, SilentTracer } from '@argosy/platform-port';
import { BINANCE_SPOT, BinanceMarketData } from '@argosy/venue-binance';
import { createHyperliquidMarketData } from '@argosy/venue-hyperliquid';
import type { Compose } from '../service-ports.js';

const STALE_AFTER_MS = 3_000;

/** market-data as `apps/market-data` puts it together, on virtual parts. */
export const composeMarketData: Compose = (ports) => {
  const { process, bus, random, http, webSocket, logger, facts } = ports;
  const { clock, timers } = process;
  const venues = logger.child('venues');
  const plans = [
    {
      venue: createHyperliquidMarketData(
        {
          apiUrl: 'http://hyperliquid',
          wsUrl: 'ws://hyperliquid/ws',
          staleAfterMs: STALE_AFTER_MS,
          bestPrices: false,
        },
        { clock, timers, random, http, webSocket, logger: venues },
      ),
      symbols: ['BTC-PERP'],
    },
    {
      venue: new BinanceMarketData(
        {
          market: BINANCE_SPOT,
          restUrl: 'http://binance',
          webSocketUrl: 'ws://binance',
          staleAfterMs: STALE_AFTER_MS,
          streams: ['depth@100ms'],
          symbols: ['BTCUSDT'],
        },
        { clock, timers, random, http, sockets: webSocket, logger: venues },
      ),
      symbols: ['BTC-USDT'],
    },
  ];
  const service = new MarketDataService(
    plans,
    { bookIntervalMs: 90, withdrawAfterMs: 10_000, instrumentRefreshMs: 60_000 },
    {
      bus,
      clock,
      timers,
      random,
      tracer: new SilentTracer(),
      logger,
      metrics: new MarketDataMetrics(new SilentMetrics()),
      facts,
    },
  );
  const leadership = ports.leadership(['market-data']);
  return {
    start: async (bind) => {
      await leadership.acquire();
      bind(marketDataRoutes(service));
      await service.start();
    },
    stop: async () => {
      await service.stop();
      await leadership.release();
    },
    epoch: () => leadership.current()?.epoch,
    waitingFor: () => service.waitingFor(),
  };
};
