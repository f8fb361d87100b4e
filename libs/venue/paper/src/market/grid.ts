import { type Instrument, type Price, type Quantity, SCALE } from '@argosy/domain';

/** The steps in which one instrument's book counts: its finest tick and its lot. */
export interface Grid {
  readonly tick: bigint;
  readonly lot: bigint;
}

export function gridOf({ priceRule, lot }: Instrument): Grid {
  const tick = priceRule.kind === 'fixed' ? priceRule.tick : 10n ** BigInt(SCALE - priceRule.decimals);
  return { tick, lot };
}

/** A count that a plain number holds exactly, or undefined. */
function counted(value: bigint): number | undefined {
  return value > 0n && value < BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : undefined;
}

/** Exact tick of an order's price; undefined when it is off the grid or out of range. */
export const exactTick = ({ tick }: Grid, price: Price): number | undefined =>
  price % tick === 0n ? counted(price / tick) : undefined;

export const exactLots = ({ lot }: Grid, quantity: Quantity): number | undefined =>
  quantity % lot === 0n ? counted(quantity / lot) : undefined;

/** A price of the market, put on the grid away from the other side: bids and their trades down, asks and theirs up. */
export function passiveTick({ tick }: Grid, price: Price, side: 'bid' | 'ask'): number | undefined {
  return counted(side === 'bid' ? price / tick : (price + tick - 1n) / tick);
}

/** Whole lots of a market's size: 0 below one lot, undefined out of range. */
export const wholeLots = ({ lot }: Grid, quantity: Quantity): number | undefined =>
  quantity > 0n && quantity < lot ? 0 : counted(quantity / lot);

export const priceOf = ({ tick }: Grid, ticks: number): Price => (BigInt(ticks) * tick) as Price;
export const quantityOf = ({ lot }: Grid, lots: number): Quantity => (BigInt(lots) * lot) as Quantity;
