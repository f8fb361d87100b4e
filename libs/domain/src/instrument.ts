import { type Amount, format, type Price, type Quantity, roundTo, type Rounding, SCALE } from './decimal.js';
import { type InstrumentId, instrumentId } from './id.js';
import type { Venue } from './venue.js';

/**
 * How a venue restricts prices. `fixed`: a multiple of `tick`. `significant`: at most `figures` significant figures and
 * at most `decimals` places, whole numbers always allowed (Hyperliquid: 5 figures, 6 − szDecimals places for perps).
 */
export type PriceRule =
  | { readonly kind: 'fixed'; readonly tick: Price }
  | { readonly kind: 'significant'; readonly figures: number; readonly decimals: number };

export const INSTRUMENT_STATUSES = ['trading', 'reduce_only', 'halted', 'delisted'] as const;
export type InstrumentStatus = (typeof INSTRUMENT_STATUSES)[number];

export interface Instrument {
  readonly id: InstrumentId;
  readonly venue: Venue;
  /** Our symbol, a subject token: `BTC-PERP`, `BTC-USDT`. */
  readonly symbol: string;
  /** The venue's own name: `BTC`, `BTCUSDT`. */
  readonly venueSymbol: string;
  readonly kind: 'spot' | 'perpetual';
  readonly base: string;
  readonly quote: string;
  readonly priceRule: PriceRule;
  /** Sizes are multiples of this. */
  readonly lot: Quantity;
  /** Smallest order value in quote currency. */
  readonly minimumNotional: Amount;
  /** Largest leverage the venue grants; 1 for spot. */
  readonly maxLeverage: number;
  readonly status: InstrumentStatus;
  /** Rises with every change of tick, lot or status; every intent names the version it was made with. */
  readonly version: number;
}

export const makeInstrumentId = (venue: Venue, symbol: string): InstrumentId => instrumentId(`${venue}_${symbol}`);

/** The price step that applies at `price`: for `significant` rules it grows with the magnitude. */
export function tickAt(rule: PriceRule, price: Price): Price {
  if (rule.kind === 'fixed') return rule.tick;
  const decimalStep = 10n ** BigInt(SCALE - rule.decimals);
  const digits = (price < 0n ? -price : price).toString().length;
  const figureStep = 10n ** BigInt(Math.max(0, digits - rule.figures));
  const step = figureStep > decimalStep ? figureStep : decimalStep;
  const whole = 10n ** BigInt(SCALE);
  return (step > whole ? whole : step) as Price;
}

export const isLegalPrice = (rule: PriceRule, price: Price): boolean =>
  price > 0n && price % tickAt(rule, price) === 0n;
export const isLegalQuantity = (lot: Quantity, quantity: Quantity): boolean => quantity > 0n && quantity % lot === 0n;

/** The nearest legal price at or below (`down`) or at or above (`up`) `price`; positive prices only. */
export function toLegalPrice(rule: PriceRule, price: Price, rounding: Rounding): Price {
  const rounded = roundTo(price, tickAt(rule, price), rounding);
  // Rounding up can add a digit (99999.5 → 100000), where the coarser step holds too; whole numbers are always legal.
  return rounded;
}

export const describePriceRule = (rule: PriceRule): string =>
  rule.kind === 'fixed'
    ? `a multiple of ${format(rule.tick)}`
    : `at most ${String(rule.figures)} significant figures and ${String(rule.decimals)} decimals (whole numbers always)`;
