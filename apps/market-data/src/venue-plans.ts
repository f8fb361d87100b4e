import type { Clock, Random, Timers } from '@argosy/domain';
import type { VenuePlan } from '@argosy/market-data-service';
import type { HttpClient, Logger, WebSocketClient } from '@argosy/platform-port';
import { BINANCE_SPOT, BINANCE_USDM, BinanceMarketData, type BinanceMarketDataOptions } from '@argosy/venue-binance';
import { createHyperliquidMarketData } from '@argosy/venue-hyperliquid';
import type { MarketDataConfig } from './market-data.config.js';

export interface PlanPorts {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly http: HttpClient;
  readonly sockets: WebSocketClient;
  readonly logger: Logger;
}

/** The venues this process follows, as configured. */
export class VenuePlans {
  readonly binance: readonly BinanceMarketData[];
  readonly all: readonly VenuePlan[];

  constructor(config: MarketDataConfig, ports: PlanPorts) {
    const spot = config.MARKET_DATA_BINANCE_SYMBOLS ?? [];
    const usdm = config.MARKET_DATA_BINANCE_USDM_SYMBOLS ?? [];
    const plans: VenuePlan[] = [...hyperliquid(config, ports)];
    const binance: BinanceMarketData[] = [];
    const add = (symbols: readonly string[], options: BinanceMarketDataOptions): void => {
      if (symbols.length === 0) return;
      const venue = new BinanceMarketData({ ...options, symbols: symbols.map(venueSymbol) }, ports);
      binance.push(venue);
      plans.push({ venue, symbols });
    };
    add(spot, {
      market: BINANCE_SPOT,
      restUrl: config.MARKET_DATA_BINANCE_API_URL,
      webSocketUrl: config.MARKET_DATA_BINANCE_WS_URL,
      ...shared(config, config.MARKET_DATA_BINANCE_STREAMS),
    });
    add(usdm, {
      market: BINANCE_USDM,
      restUrl: config.MARKET_DATA_BINANCE_USDM_API_URL,
      webSocketUrl: config.MARKET_DATA_BINANCE_USDM_WS_URL,
      ...shared(config, config.MARKET_DATA_BINANCE_USDM_STREAMS),
    });
    this.binance = binance;
    this.all = plans;
  }
}

const shared = (config: MarketDataConfig, streams: readonly string[] | undefined) => ({
  staleAfterMs: config.MARKET_DATA_STALE_AFTER_MS,
  ...(streams === undefined ? {} : { streams }),
});

/** `BTC-USDT` and `BTC-USDT-PERP` are both `BTCUSDT` to Binance. */
const venueSymbol = (symbol: string): string => symbol.replace(/-PERP$/, '').replace('-', '');

function hyperliquid(config: MarketDataConfig, { sockets, ...ports }: PlanPorts): readonly VenuePlan[] {
  const symbols = config.MARKET_DATA_HYPERLIQUID_SYMBOLS ?? [];
  if (symbols.length === 0) return [];
  const venue = createHyperliquidMarketData(
    {
      apiUrl: config.MARKET_DATA_HYPERLIQUID_API_URL,
      wsUrl: config.MARKET_DATA_HYPERLIQUID_WS_URL,
      staleAfterMs: config.MARKET_DATA_STALE_AFTER_MS,
      bestPrices: true,
    },
    { ...ports, webSocket: sockets },
  );
  return [{ venue, symbols }];
}
