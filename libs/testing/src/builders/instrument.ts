import { type Instrument, instrumentId, parseAmount, parsePrice, parseQuantity } from '@argosy/domain';

/** BTC-PERP on Hyperliquid: tick 0.1, lot 0.001, minimum 10. */
export function anInstrument(changes: Partial<Instrument> = {}): Instrument {
  return {
    id: instrumentId('hyperliquid_BTC-PERP'),
    venue: 'hyperliquid',
    symbol: 'BTC-PERP',
    venueSymbol: 'BTC',
    kind: 'perpetual',
    base: 'BTC',
    quote: 'USDC',
    priceRule: { kind: 'fixed', tick: parsePrice('0.1') },
    lot: parseQuantity('0.001'),
    minimumNotional: parseAmount('10'),
    maxLeverage: 40,
    status: 'trading',
    version: 1,
    ...changes,
  };
}
