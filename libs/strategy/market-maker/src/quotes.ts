import {
  type Amount,
  type Book,
  fromApproximateNumber,
  type Instrument,
  notional,
  type Price,
  type Quantity,
  ratio,
  roundTo,
  type Side,
  signOf,
  tickAt,
  toApproximateNumber,
  toLegalPrice,
  ZERO_QUANTITY,
} from '@argosy/domain';
import type { MarketMakerParameters } from './parameters.js';

const BPS = 10_000;

export interface QuoteView {
  readonly fair: number;
  /** Standard deviation of one second's return. */
  readonly volatility: number;
  /** Signed, base units. */
  readonly inventory: Amount;
  readonly book: Book;
  readonly instrument: Instrument;
  readonly parameters: MarketMakerParameters;
}

/** Where this side should be quoted, or undefined when it should not. */
export function targetPrice(side: Side, view: QuoteView): Price | undefined {
  const { parameters, inventory } = view;
  const full = side === 'buy' ? inventory >= parameters.maxInventory : inventory <= -parameters.maxInventory;
  if (full) return undefined;
  const halfBps = parameters.baseSpreadBps / 2 + (parameters.volatilityPercent / 100) * view.volatility * BPS;
  const filled = toApproximateNumber(ratio<Amount>(inventory, parameters.maxInventory, 'down'));
  const skewBps = -Math.max(-1, Math.min(1, filled)) * parameters.skewBps;
  const offset = (skewBps + (side === 'buy' ? -halfBps : halfBps)) / BPS;
  const wanted = view.fair * (1 + offset);
  if (!(wanted > 0)) return undefined;
  return behindTouch(
    side,
    toLegalPrice(view.instrument.priceRule, priceOf(wanted), side === 'buy' ? 'down' : 'up'),
    view,
  );
}

/** Fifteen significant digits are what a float holds; a cheap coin needs them behind the point. */
function priceOf(value: number): Price {
  const whole = Math.max(0, Math.floor(Math.log10(value)) + 1);
  return fromApproximateNumber<Price>(value, Math.max(0, Math.min(12, 15 - whole)));
}

/** No larger than what is left until the inventory is full; zero when the venue would find it too small. */
export function quoteSize(side: Side, price: Price, { parameters, inventory, instrument }: QuoteView): Quantity {
  const { orderSize, maxInventory } = parameters;
  const room = maxInventory - signOf(side) * inventory;
  const size = room < orderSize ? room : orderSize;
  if (size <= 0n) return ZERO_QUANTITY;
  const quantity = roundTo(size as Quantity, instrument.lot, 'down');
  return notional(price, quantity, 'down') < instrument.minimumNotional ? ZERO_QUANTITY : quantity;
}

/** A post-only order that would meet the other side is refused by the venue: one tick short of it is the best there is. */
function behindTouch(side: Side, price: Price, { book, instrument }: QuoteView): Price | undefined {
  const touch = (side === 'buy' ? book.asks[0] : book.bids[0])?.price;
  if (touch === undefined || price <= 0n) return undefined;
  const tick = tickAt(instrument.priceRule, touch);
  if (side === 'sell') return price > touch ? price : toLegalPrice(instrument.priceRule, (touch + tick) as Price, 'up');
  if (price < touch) return price;
  const behind = toLegalPrice(instrument.priceRule, (touch - tick) as Price, 'down');
  return behind > 0n ? behind : undefined;
}

/** Whether a resting quote is far enough from its target to give up its place in the queue. */
export function isOff(resting: Price, target: Price | undefined, requoteBps: number): boolean {
  if (target === undefined) return true;
  const distance = resting > target ? resting - target : target - resting;
  return distance * BigInt(BPS) > target * BigInt(requoteBps);
}
