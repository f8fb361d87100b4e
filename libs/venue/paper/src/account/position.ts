import { absolute, type Amount, notional, ONE, type Price, type Quantity, type Side, signOf } from '@argosy/domain';
import type { PaperPosition } from './paper-event.js';

export const FLAT: PaperPosition = { quantity: 0n as Amount, cost: 0n as Amount };

export interface Traded {
  readonly position: PaperPosition;
  /** Profit by average cost, without fees. */
  readonly closedPnl: Amount;
  /** Price × quantity, truncated at 1e-12, as the ledger books it. */
  readonly value: Amount;
}

/** A fill by average cost; what leaves is rounded towards zero, and whole when the position closes. */
export function traded(held: PaperPosition, side: Side, price: Price, quantity: Quantity): Traded {
  const sign = signOf(side);
  const value = notional(price, quantity, 'down');
  const size = absolute(held.quantity);
  const after = (held.quantity + sign * quantity) as Amount;
  const opposes = held.quantity !== 0n && held.quantity > 0n !== sign > 0n;
  if (!opposes)
    return {
      position: { quantity: after, cost: (held.cost + sign * value) as Amount },
      closedPnl: 0n as Amount,
      value,
    };
  if (quantity <= size) {
    const left = (quantity as bigint) === size ? held.cost : ((held.cost as bigint) * quantity) / size;
    return {
      position: { quantity: after, cost: (held.cost - left) as Amount },
      closedPnl: (-sign * value - left) as Amount,
      value,
    };
  }
  const closing = ((value as bigint) * size) / quantity;
  return {
    position: { quantity: after, cost: (sign * (value - closing)) as Amount },
    closedPnl: (-sign * closing - held.cost) as Amount,
    value,
  };
}

/** Cost over quantity, truncated; undefined when flat. */
export const averagePrice = ({ quantity, cost }: PaperPosition): Price | undefined =>
  quantity === 0n ? undefined : ((((cost as bigint) * ONE) / quantity) as Price);

/** Signed quantity × mark, truncated. */
export const valueAt = ({ quantity }: PaperPosition, mark: Price): Amount =>
  (((quantity as bigint) * mark) / ONE) as Amount;

/** How much a reduce-only order of this side could close. */
export function closable({ quantity }: PaperPosition, side: Side): Quantity {
  const signed = side === 'buy' ? -quantity : quantity;
  return (signed > 0n ? signed : 0n) as Quantity;
}
