import {
  type Amount,
  format,
  type Instrument,
  isLegalPrice,
  isLegalQuantity,
  multiply,
  notional,
  type Quantity,
} from '@argosy/domain';
import type { PaperMarket } from '../market/paper-market.js';
import { hasMargin, type Valuation } from './margin.js';
import type { PaperAccount } from './paper-account.js';
import type { PaperOrder } from './paper-event.js';
import { closable } from './position.js';
import { rejectText } from './reject.js';

/** As the venue grants an account without volume. */
export const OPEN_ORDERS_MAX = 1_000;

export interface RuleView {
  readonly account: PaperAccount;
  readonly instrument: Instrument;
  readonly market: PaperMarket;
  readonly monotonicMs: number;
  readonly valuation: Valuation;
  readonly takerFeeRate: Amount;
}

type Rule = (order: PaperOrder, view: RuleView) => string | undefined;

const trading: Rule = ({ reduceOnly }, { instrument: { id, status } }) =>
  status === 'trading' || (status === 'reduce_only' && reduceOnly)
    ? undefined
    : rejectText('halted', { instrument: id, status });

const tick: Rule = ({ limitPrice }, { instrument }) =>
  isLegalPrice(instrument.priceRule, limitPrice) ? undefined : rejectText('invalidPrice');

/** Sizes that plain numbers of lots cannot hold are no sizes either. */
const lot: Rule = ({ quantity }, { instrument, market }) =>
  isLegalQuantity(instrument.lot, quantity) && quantity / market.grid.lot < BigInt(Number.MAX_SAFE_INTEGER)
    ? undefined
    : rejectText('invalidSize');

const minimum: Rule = ({ limitPrice, quantity, reduceOnly }, { instrument: { minimumNotional, quote } }) =>
  reduceOnly || notional(limitPrice, quantity, 'down') >= minimumNotional
    ? undefined
    : rejectText('belowMinimum', { minimum: format(minimumNotional), quote });

const openOrders: Rule = (_order, { account }) =>
  account.orders.size < OPEN_ORDERS_MAX ? undefined : rejectText('tooManyOrders');

const validBook: Rule = ({ instrumentId }, { market, monotonicMs }) => {
  const why = market.problem(monotonicMs);
  return why === undefined ? undefined : rejectText('noBook', { instrument: instrumentId, why });
};

/** What the position can still be closed by, beyond the reduce-only orders that rest already. */
function reducible({ instrumentId, side }: PaperOrder, account: PaperAccount): Quantity {
  let left: bigint = closable(account.position(instrumentId), side);
  for (const other of account.orders.values())
    if (other.reduceOnly && other.instrumentId === instrumentId && other.side === side) left -= other.remaining;
  return (left > 0n ? left : 0n) as Quantity;
}

const reduceOnly: Rule = (order, { account }) =>
  !order.reduceOnly || order.quantity <= reducible(order, account) ? undefined : rejectText('reduceOnly');

const spotBalance: Rule = (order, { account, instrument }) => {
  if (instrument.kind !== 'spot' || order.side === 'buy') return undefined;
  let left: bigint = account.position(order.instrumentId).quantity;
  for (const other of account.orders.values())
    if (other.instrumentId === order.instrumentId && other.side === 'sell') left -= other.remaining;
  return order.quantity <= left ? undefined : rejectText('balance');
};

const postOnly: Rule = ({ timeInForce, side, limitPrice }, { market }) => {
  if (timeInForce !== 'post_only' || !market.crosses(side, limitPrice)) return undefined;
  const { bestBid, bestAsk } = market;
  const bbo = [bestBid, bestAsk].map((price) => (price === undefined ? 'none' : format(price))).join('@');
  return rejectText('postOnly', { bbo });
};

const margin: Rule = (order, { account, valuation, takerFeeRate }) => {
  if (order.reduceOnly) return undefined;
  const value = notional(order.limitPrice, order.quantity, 'up');
  const fee = multiply(value, takerFeeRate, 'up');
  const carries = hasMargin(account, { instrumentId: order.instrumentId, side: order.side, value, fee }, valuation);
  return carries ? undefined : rejectText('margin');
};

const immediate: Rule = ({ timeInForce, side, limitPrice }, { market }) =>
  timeInForce !== 'ioc' || market.crosses(side, limitPrice) ? undefined : rejectText('unmatched');

const RULES: readonly Rule[] = [
  trading,
  tick,
  lot,
  minimum,
  openOrders,
  validBook,
  reduceOnly,
  spotBalance,
  postOnly,
  margin,
  immediate,
];

/** Why the venue refuses the order, or undefined; nothing here changes anything. */
export function refuses(order: PaperOrder, view: RuleView): string | undefined {
  for (const rule of RULES) {
    const reason = rule(order, view);
    if (reason !== undefined) return reason;
  }
  return undefined;
}
