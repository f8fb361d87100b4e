import {
  Address,
  type ConfigProblem,
  ConfigError,
  Int,
  loadConfig,
  Optional,
  Text,
  TextList,
} from '@argosy/platform-config';
import { FLEET_PREFIXES, SERVICE_PREFIXES, StoreServiceConfig } from '@argosy/platform-nest';

const SYMBOLS = { min: 1, max: 200, pattern: /^[A-Za-z0-9]{1,24}(-[A-Za-z0-9]{1,12}){1,2}$/ };
const STREAMS = { min: 1, max: 8, pattern: /^[a-zA-Z0-9_]{1,20}(@[a-z0-9]{1,8})?$/ };
const MEGABYTES_MAX = 1_048_576;

/** What market-data can be told. A venue without symbols is not connected; Postgres holds its lease and nothing else. */
export class MarketDataConfig extends StoreServiceConfig {
  override readonly SERVICE_HTTP_PORT: number = 8_081;

  /** Ours, e.g. `BTC-PERP,ETH-PERP`. */
  @Optional()
  @TextList(SYMBOLS)
  readonly MARKET_DATA_HYPERLIQUID_SYMBOLS?: readonly string[] | undefined;
  @Address(['http', 'https'])
  readonly MARKET_DATA_HYPERLIQUID_API_URL: string = 'https://api.hyperliquid.xyz';
  @Address(['ws', 'wss'])
  readonly MARKET_DATA_HYPERLIQUID_WS_URL: string = 'wss://api.hyperliquid.xyz/ws';

  /** Ours, e.g. `BTC-USDT`. */
  @Optional()
  @TextList(SYMBOLS)
  readonly MARKET_DATA_BINANCE_SYMBOLS?: readonly string[] | undefined;
  @Address(['http', 'https'])
  readonly MARKET_DATA_BINANCE_API_URL: string = 'https://api.binance.com';
  @Address(['ws', 'wss'])
  readonly MARKET_DATA_BINANCE_WS_URL: string = 'wss://stream.binance.com:9443';
  /** After `<symbol>@`; the adapter's own when absent. */
  @Optional()
  @TextList(STREAMS)
  readonly MARKET_DATA_BINANCE_STREAMS?: readonly string[] | undefined;

  /** Ours, e.g. `BTC-USDT-PERP`. */
  @Optional()
  @TextList(SYMBOLS)
  readonly MARKET_DATA_BINANCE_USDM_SYMBOLS?: readonly string[] | undefined;
  @Address(['http', 'https'])
  readonly MARKET_DATA_BINANCE_USDM_API_URL: string = 'https://fapi.binance.com';
  @Address(['ws', 'wss'])
  readonly MARKET_DATA_BINANCE_USDM_WS_URL: string = 'wss://fstream.binance.com';
  /** `depth@0ms,bookTicker,trade` for the recorded set. */
  @Optional()
  @TextList(STREAMS)
  readonly MARKET_DATA_BINANCE_USDM_STREAMS?: readonly string[] | undefined;

  /** Least time between two books of one instrument. */
  @Int({ min: 0, max: 10_000 })
  readonly MARKET_DATA_BOOK_INTERVAL_MS: number = 10;
  /** A feed older than this by either clock is stale. */
  @Int({ min: 250, max: 60_000 })
  readonly MARKET_DATA_STALE_AFTER_MS: number = 3_000;
  /** A live feed without a book for so long is withdrawn, whatever its adapter says. */
  @Int({ min: 250, max: 60_000 })
  readonly MARKET_DATA_WITHDRAW_AFTER_MS: number = 10_000;
  @Int({ min: 1_000, max: 60_000 })
  readonly MARKET_DATA_INSTRUMENT_REFRESH_MS: number = 60_000;

  /** Absent: nothing is recorded. */
  @Optional()
  @Text({ lengthMax: 400 })
  readonly MARKET_DATA_RECORDING_FOLDER?: string | undefined;
  /** Raw megabytes after which a new file begins. */
  @Int({ min: 1, max: MEGABYTES_MAX })
  readonly MARKET_DATA_RECORDING_FILE_MB: number = 256;
  /** Raw megabytes a venue after which recording ends. */
  @Int({ min: 1, max: MEGABYTES_MAX })
  readonly MARKET_DATA_RECORDING_TOTAL_MB: number = 4_096;
}

export const MARKET_DATA_PREFIXES = [...SERVICE_PREFIXES, ...FLEET_PREFIXES, 'MARKET_DATA_'] as const;

const NO_VENUE: ConfigProblem = {
  code: 'CONFIG_MISSING_VALUE',
  where: 'MARKET_DATA_HYPERLIQUID_SYMBOLS, MARKET_DATA_BINANCE_SYMBOLS, MARKET_DATA_BINANCE_USDM_SYMBOLS',
  problem: 'no venue has a symbol to follow',
  fix: 'Give at least one of them, e.g. MARKET_DATA_HYPERLIQUID_SYMBOLS=BTC-PERP',
};

/** @throws ConfigError with every problem at once. */
export function readMarketDataConfig(env: Readonly<Record<string, string | undefined>>): Readonly<MarketDataConfig> {
  const config = loadConfig(MarketDataConfig, env, MARKET_DATA_PREFIXES);
  const {
    MARKET_DATA_HYPERLIQUID_SYMBOLS: a,
    MARKET_DATA_BINANCE_SYMBOLS: b,
    MARKET_DATA_BINANCE_USDM_SYMBOLS: c,
  } = config;
  if (a === undefined && b === undefined && c === undefined) throw new ConfigError([NO_VENUE]);
  return config;
}
