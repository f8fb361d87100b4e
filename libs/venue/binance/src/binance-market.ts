import type { Venue } from '@argosy/domain';
import type { ChainRule } from '@argosy/market-data-core';

/** Where Binance's spot and USD-M markets differ; everything else in this adapter is shared. */
export interface BinanceMarket {
  readonly venue: Extract<Venue, 'binance' | 'binance-usdm'>;
  /** Prefix of the public REST calls. */
  readonly restPath: string;
  readonly chain: ChainRule;
  /** The exchange's own hosts; tests and the simulated exchange give others. */
  readonly restUrl: string;
  readonly webSocketUrl: string;
  /** Streams subscribed a symbol, after `<symbol>@`. */
  readonly streams: readonly string[];
  /** The largest leverage public data lets us claim. */
  readonly maxLeverage: number;
}

/** Hosts, paths and chain rules as in "How to manage a local order book correctly" of the two API manuals. */
export const BINANCE_SPOT: BinanceMarket = {
  venue: 'binance',
  restPath: '/api/v3',
  chain: 'counted',
  restUrl: 'https://api.binance.com',
  webSocketUrl: 'wss://stream.binance.com:9443',
  streams: ['depth@100ms', 'bookTicker', 'trade'],
  maxLeverage: 1,
};

export const BINANCE_USDM: BinanceMarket = {
  venue: 'binance-usdm',
  restPath: '/fapi/v1',
  chain: 'linked',
  restUrl: 'https://fapi.binance.com',
  webSocketUrl: 'wss://fstream.binance.com',
  streams: ['depth@100ms', 'bookTicker', 'trade', 'markPrice@1s'],
  // The brackets need a signed call; twenty is what every perpetual grants at its default margin of 5 %.
  maxLeverage: 20,
};
