import {
  absolute,
  type Amount,
  notional,
  ONE,
  type Price,
  type Quantity,
  type Side,
  signOf,
  ZERO_AMOUNT,
} from '@argosy/domain';

/** What one strategy holds of one instrument; both figures are balances of the ledger. */
export interface Position {
  /** Signed, base units. */
  readonly quantity: Amount;
  /** Signed cost of the open quantity, in quote currency. */
  readonly cost: Amount;
}
export const FLAT: Position = { quantity: ZERO_AMOUNT, cost: ZERO_AMOUNT };

export interface TradeEffect {
  readonly position: Position;
  /** Profit (positive) or loss by average cost, in quote currency; zero while a position only grows. */
  readonly realised: Amount;
  /** Price × quantity, truncated at 1e-12. */
  readonly notional: Amount;
}

/**
 * What a fill does to a position by average cost. The part of the cost that leaves is rounded towards zero, and leaves
 * whole when the position closes, so that nothing remains on a flat position.
 */
export function applyTrade(held: Position, side: Side, price: Price, quantity: Quantity): TradeEffect {
  const sign = signOf(side);
  const value = notional(price, quantity, 'down');
  const size = absolute(held.quantity);
  const opposes = held.quantity !== 0n && held.quantity > 0n !== sign > 0n;
  if (!opposes) return { position: grown(held, sign * quantity, sign * value), realised: ZERO_AMOUNT, notional: value };
  if (quantity <= size) {
    const left = (quantity as bigint) === size ? held.cost : ((((held.cost as bigint) * quantity) / size) as Amount);
    return {
      position: grown(held, sign * quantity, -left),
      realised: (-sign * value - left) as Amount,
      notional: value,
    };
  }
  // A flip closes everything at this price and opens the rest; the closing part is cut so that the two add up exactly.
  const closing = ((value as bigint) * size) / quantity;
  const opening = (value as bigint) - closing;
  return {
    position: { quantity: ((held.quantity as bigint) + sign * quantity) as Amount, cost: (sign * opening) as Amount },
    realised: (-sign * closing - (held.cost as bigint)) as Amount,
    notional: value,
  };
}

const grown = (held: Position, quantity: bigint, cost: bigint): Position => ({
  quantity: ((held.quantity as bigint) + quantity) as Amount,
  cost: ((held.cost as bigint) + cost) as Amount,
});

/** Cost over quantity, truncated; undefined when flat. */
export function averagePrice({ quantity, cost }: Position): Price | undefined {
  if (quantity === 0n) return undefined;
  return ((absolute(cost) * ONE) / absolute(quantity)) as Price;
}

/** Quantity at `mark` minus its cost; truncated towards zero. */
export const unrealised = ({ quantity, cost }: Position, mark: Price): Amount =>
  (((quantity as bigint) * mark) / ONE - cost) as Amount;
