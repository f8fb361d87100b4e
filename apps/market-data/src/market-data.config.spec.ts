import { readMarketDataConfig } from './market-data.config.js';

describe('the configuration of market-data', () => {
  it('takes the venues that have symbols', () => {
    const config = readMarketDataConfig({
      MARKET_DATA_HYPERLIQUID_SYMBOLS: 'BTC-PERP,ETH-PERP',
      MARKET_DATA_BINANCE_USDM_STREAMS: 'depth@0ms,bookTicker,trade',
    });
    expect(config.MARKET_DATA_HYPERLIQUID_SYMBOLS).toEqual(['BTC-PERP', 'ETH-PERP']);
    expect(config.MARKET_DATA_BINANCE_SYMBOLS).toBeUndefined();
  });

  const refusals: readonly [story: string, env: Record<string, string>, named: string][] = [
    ['no venue at all', {}, 'MARKET_DATA_HYPERLIQUID_SYMBOLS'],
    [
      'a mistyped variable',
      { MARKET_DATA_HYPERLIQUID_SYMBOLS: 'BTC-PERP', MARKET_DATA_BOOK_INTERVALL_MS: '5' },
      'MARKET_DATA_BOOK_INTERVALL_MS',
    ],
    ['a symbol with a wildcard', { MARKET_DATA_HYPERLIQUID_SYMBOLS: 'BTC-*' }, 'MARKET_DATA_HYPERLIQUID_SYMBOLS'],
    [
      'a stream that is an address',
      { MARKET_DATA_BINANCE_SYMBOLS: 'BTC-USDT', MARKET_DATA_BINANCE_STREAMS: 'trade/../x' },
      'MARKET_DATA_BINANCE_STREAMS',
    ],
    [
      'a stale limit above a minute',
      { MARKET_DATA_BINANCE_SYMBOLS: 'BTC-USDT', MARKET_DATA_STALE_AFTER_MS: '60001' },
      'MARKET_DATA_STALE_AFTER_MS',
    ],
    [
      'an address of another scheme',
      { MARKET_DATA_BINANCE_SYMBOLS: 'BTC-USDT', MARKET_DATA_BINANCE_WS_URL: 'http://x' },
      'MARKET_DATA_BINANCE_WS_URL',
    ],
  ];
  it.each(refusals)('refuses %s', (_story, env, named) => {
    expect(() => readMarketDataConfig(env)).toThrow(named);
  });
});
