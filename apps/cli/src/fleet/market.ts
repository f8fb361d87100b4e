import { CommandError, EXIT } from '../exit-codes.js';

/** Where the fleet trades and what it listens to. */
export type Market =
  | { readonly kind: 'synthetic'; readonly seed: number }
  | { readonly kind: 'recorded'; readonly seed: number; readonly files: readonly string[]; readonly contents: Recorded }
  | { readonly kind: 'venue'; readonly seed: number };

/** What a recorded set holds, as its own lines say. */
export interface Recorded {
  readonly venue: string;
  readonly symbols: readonly string[];
  readonly streams: readonly string[];
}

/** Addresses of the venues' public and trading doors. */
export interface VenueAddresses {
  readonly hyperliquidApi: string;
  readonly hyperliquidWs: string;
  readonly binanceApi: string;
  readonly binanceWs: string;
}

/** Ours, by venue; a venue without symbols is not connected. */
export interface FollowedSymbols {
  readonly hyperliquid: readonly string[];
  readonly binance: readonly string[];
  readonly binanceUsdm: readonly string[];
}

const OWN = /^(hyperliquid|binance|binance-usdm)_(.+)$/;

/** Every instrument that limits name, and every reference of one. */
export function followedSymbols(instruments: readonly string[]): FollowedSymbols {
  const found: Record<string, Set<string>> = {};
  for (const id of instruments) {
    const [, venue, symbol] = OWN.exec(id) ?? [];
    if (venue === undefined || symbol === undefined) throw unknownInstrument(id);
    (found[venue] ??= new Set()).add(symbol);
  }
  const of = (venue: string): readonly string[] => [...(found[venue] ?? [])];
  return { hyperliquid: of('hyperliquid'), binance: of('binance'), binanceUsdm: of('binance-usdm') };
}

const unknownInstrument = (id: string): CommandError =>
  new CommandError(
    EXIT.usage,
    `limits name the instrument '${id}', whose venue is unknown`,
    'Write it as <venue>_<symbol>, e.g. hyperliquid_BTC-PERP.',
  );

export const simulatedAddresses = (exchangePort: number, referencePort: number): VenueAddresses => ({
  hyperliquidApi: `http://127.0.0.1:${String(exchangePort)}`,
  hyperliquidWs: `ws://127.0.0.1:${String(exchangePort)}/ws`,
  binanceApi: `http://127.0.0.1:${String(referencePort)}`,
  binanceWs: `ws://127.0.0.1:${String(referencePort)}`,
});
