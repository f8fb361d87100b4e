import { assert } from '@argosy/domain';
import type { SyntheticAssetConfig, SyntheticConfig } from '@argosy/exchange-core';
import type { ReferenceSymbol } from '../binance/reference-feed.js';

interface WorldAsset extends SyntheticAssetConfig {
  readonly tick: string;
  readonly lot: string;
}

/** The assets of the synthetic market: prices and rules near those of the real ones. */
const ASSETS: readonly WorldAsset[] = [
  {
    name: 'BTC',
    szDecimals: 5,
    maxLeverage: 40,
    startPx: 60_000,
    commonBps: 0.9,
    ownBps: 0.4,
    halfSpreadBps: 1.2,
    reference: { symbol: 'BTCUSDT', priceDecimals: 2, quantityDecimals: 5 },
    tick: '0.01000000',
    lot: '0.00001000',
  },
  {
    name: 'ETH',
    szDecimals: 4,
    maxLeverage: 25,
    startPx: 2_500,
    commonBps: 1.1,
    ownBps: 0.6,
    halfSpreadBps: 1.5,
    reference: { symbol: 'ETHUSDT', priceDecimals: 2, quantityDecimals: 4 },
    tick: '0.01000000',
    lot: '0.00010000',
  },
  {
    name: 'SOL',
    szDecimals: 2,
    maxLeverage: 20,
    startPx: 150,
    commonBps: 1.4,
    ownBps: 1,
    halfSpreadBps: 2.5,
    reference: { symbol: 'SOLUSDT', priceDecimals: 2, quantityDecimals: 3 },
    tick: '0.01000000',
    lot: '0.00100000',
  },
];

/** The synthetic market of one seed, beginning at `startMs`; `coins` in the order of their asset ids. */
export const syntheticWorld = (
  seed: number,
  startMs: number,
  coins: readonly string[] = ASSETS.map(({ name }) => name),
): SyntheticConfig => ({
  seed,
  startMs,
  assets: coins.map((coin) => {
    const { tick: _tick, lot: _lot, ...asset } = assetNamed(coin);
    return asset;
  }),
  leadMs: 150,
  quoteRate: 20,
  noiseRate: 1.5,
  informedRate: 2,
  informedHorizonMs: 1_000,
});

/** What the reference venue lists of a market that `syntheticWorld` made. */
export const referenceSymbols = ({ assets }: SyntheticConfig): readonly ReferenceSymbol[] =>
  assets.map(({ name, reference }) => {
    const { tick, lot } = assetNamed(name);
    return {
      product: 'spot',
      symbol: reference.symbol,
      base: name,
      quote: 'USDT',
      tick,
      lot,
      minimumNotional: '5.00000000',
    };
  });

function assetNamed(coin: string): WorldAsset {
  const asset = ASSETS.find(({ name }) => name === coin);
  assert(asset !== undefined, `the synthetic market has no coin '${coin}'`);
  return asset;
}
