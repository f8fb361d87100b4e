/**
 * Cross margin as the venue does it: an instrument's exposure is the largest that its position can become by its own
 * open orders, the position at the mark, orders at their limits, reduce-only orders not at all; initial margin is that
 * divided by the instrument's maximum leverage, rounded up.
 */
import { absolute, type Amount, type Instrument, notional, type Price, type Side } from '@argosy/domain';
import type { PaperAccount } from './paper-account.js';
import type { PaperOrder, PaperPosition } from './paper-event.js';
import { averagePrice, valueAt } from './position.js';

export interface Valuation {
  instrument(id: PaperOrder['instrumentId']): Instrument | undefined;
  /** The venue's mark, or the best that is known in its place. */
  mark(id: PaperOrder['instrumentId']): Price | undefined;
}

export interface Added {
  readonly side: Side;
  readonly value: Amount;
}

const ceilDivide = (value: bigint, by: bigint): bigint => (value + by - 1n) / by;

/** A position without any mark is worth what it cost. */
const markOf = (position: PaperPosition, mark: Price | undefined): Price =>
  mark ?? averagePrice(position) ?? (0n as Price);

export function equity(account: PaperAccount, valuation: Valuation): Amount {
  let sum: bigint = account.rawCash;
  for (const [id, position] of account.positions) {
    const mark = valuation.mark(id);
    sum += mark === undefined ? position.cost : valueAt(position, mark);
  }
  return sum as Amount;
}

/** Margin of the positions alone, as a venue shows it. */
export function marginUsed(account: PaperAccount, valuation: Valuation): Amount {
  let sum = 0n;
  for (const [id, position] of account.positions) {
    const value = absolute(valueAt(position, markOf(position, valuation.mark(id))));
    sum += ceilDivide(value, leverageOf(valuation.instrument(id)));
  }
  return sum as Amount;
}

const leverageOf = (instrument: Instrument | undefined): bigint =>
  BigInt(Math.max(1, Math.floor(instrument?.maxLeverage ?? 1)));

/** What one instrument ties up with its open orders, and with `added` on top. */
export function initialMargin(
  account: PaperAccount,
  id: PaperOrder['instrumentId'],
  valuation: Valuation,
  added?: Added,
): bigint {
  const position = account.position(id);
  const value = valueAt(position, markOf(position, valuation.mark(id)));
  const open = { buy: 0n, sell: 0n };
  for (const order of account.orders.values())
    if (order.instrumentId === id && !order.reduceOnly)
      open[order.side] += notional(order.limitPrice, order.remaining, 'up');
  if (added !== undefined) open[added.side] += added.value;
  const exposures = [absolute(value), value + open.buy, open.sell - value];
  const exposure = exposures.reduce((most, each) => (each > most ? each : most), 0n);
  return ceilDivide(exposure, leverageOf(valuation.instrument(id)));
}

/** Whether the account can carry an order of this value besides everything it carries already. */
export function hasMargin(
  account: PaperAccount,
  order: Pick<PaperOrder, 'instrumentId'> & Added & { readonly fee: Amount },
  valuation: Valuation,
): boolean {
  const { instrumentId } = order;
  const before = initialMargin(account, instrumentId, valuation);
  const after = initialMargin(account, instrumentId, valuation, order);
  if (after <= before) return true;
  const others = new Set<PaperOrder['instrumentId']>(account.positions.map(([id]) => id));
  for (const open of account.orders.values()) others.add(open.instrumentId);
  others.delete(instrumentId);
  let needed = after;
  for (const id of others) needed += initialMargin(account, id, valuation);
  return equity(account, valuation) - (order.fee > 0n ? order.fee : 0n) >= needed;
}
