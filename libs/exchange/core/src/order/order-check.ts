/** What an order must satisfy before it may touch a book. Nothing here changes anything but makes empty positions. */
import { BUY, SELL } from '@argosy/matching';
import type { OrderSpec, VenueTimeInForce } from '../api/command.js';
import { type Reject, reject, type RejectCode } from '../api/reject.js';
import type { Account } from '../account/account.js';
import { accountValue, initialMargin, totalInitialMargin } from '../account/margin.js';
import { feeOf, notionalOf } from '../account/money.js';
import { closable } from '../account/position.js';
import type { ExchangeState } from '../exchange-state.js';
import type { AssetMarket } from '../market/asset-market.js';
import type { VenueOrder } from './venue-order.js';

/** Open orders of one account; the venue's number for an account without volume. */
export const OPEN_ORDERS_MAX = 1_000;
const CLOID = /^0x[0-9a-f]{32}$/;
/** An order may be at most 80 % away from the oracle price. */
const ORACLE_DISTANCE = { numerator: 8, denominator: 10 };

export interface ParsedOrder {
  readonly market: AssetMarket;
  readonly isBuy: boolean;
  readonly ticks: number;
  readonly lots: number;
  readonly reduceOnly: boolean;
  readonly tif: VenueTimeInForce;
  readonly cloid: string | undefined;
}

const isReject = (value: object): value is Reject => 'code' in value;
export { isReject };

/** Reads prices, sizes and ids; what is refused here never becomes an order of the venue. */
export function parseOrder(state: ExchangeState, spec: OrderSpec): ParsedOrder | Reject {
  const market = state.markets[spec.asset];
  if (market === undefined) return reject('unknownAsset', { asset: spec.asset });
  const cloid = spec.cloid?.toLowerCase();
  if (cloid !== undefined && !CLOID.test(cloid)) return reject('invalidCloid');
  const ticks = market.instrument.parsePx(spec.px);
  if (typeof ticks === 'string') return reject(ticks);
  const lots = market.instrument.parseSz(spec.sz);
  if (typeof lots === 'string') return reject(lots);
  return { market, isBuy: spec.isBuy, ticks, lots, reduceOnly: spec.reduceOnly, tif: spec.tif, cloid };
}

/**
 * How many lots of the order may be entered (a reduce-only order never more than it can close), or why none.
 * `replacing` is an order that will be gone by then.
 */
export function admitOrder(
  state: ExchangeState,
  account: Account,
  order: ParsedOrder,
  replacing?: VenueOrder,
): number | Reject {
  const { market, isBuy, ticks } = order;
  if (market.status !== 'trading') return reject('marketHalted');
  const open = account.orders.size - (replacing === undefined ? 0 : 1);
  if (open >= OPEN_ORDERS_MAX) return reject('tooManyOpenOrdersRejected');
  if (order.cloid !== undefined && (account.cloids.get(order.cloid) ?? replacing) !== replacing)
    return reject('duplicateCloid');
  if (!order.reduceOnly && notionalOf(ticks, order.lots) < minimumNotional(state)) return reject('minTradeNtlRejected');
  if (tooFar(ticks, market.oracleTicks)) return reject('oracleRejected');
  const lots = order.reduceOnly ? Math.min(order.lots, reducible(account, order, replacing)) : order.lots;
  if (lots <= 0) return reject('reduceOnlyRejected');
  const crosses = market.book.crosses(isBuy ? BUY : SELL, ticks);
  if (order.tif === 'Alo' && crosses) return reject('badAloPxRejected', { bbo: bboText(market) });
  if (!order.reduceOnly && !hasMargin(state, account, order, replacing)) return reject('perpMarginRejected');
  const unmatched: RejectCode | undefined = crosses ? undefined : immediate(order.tif);
  return unmatched === undefined ? lots : reject(unmatched);
}

/** How an order that must trade at once ends when it cannot. */
export const immediate = (tif: VenueTimeInForce): 'iocCancelRejected' | 'marketOrderNoLiquidityRejected' | undefined =>
  tif === 'Ioc' ? 'iocCancelRejected' : tif === 'FrontendMarket' ? 'marketOrderNoLiquidityRejected' : undefined;

const MICRO = 1_000_000n;
const minimumNotional = (state: ExchangeState): bigint => BigInt(state.config.minimumNotional) * MICRO;

const tooFar = (ticks: number, oracle: number): boolean =>
  Math.abs(ticks - oracle) * ORACLE_DISTANCE.denominator > oracle * ORACLE_DISTANCE.numerator;

const bboText = ({ instrument, bid, ask }: AssetMarket): string =>
  `${bid === undefined ? 'none' : instrument.pxText(bid)}@${ask === undefined ? 'none' : instrument.pxText(ask)}`;

/** What the position can still be closed by, beyond the reduce-only orders that already rest. */
function reducible(account: Account, { market, isBuy }: ParsedOrder, replacing: VenueOrder | undefined): number {
  let left = closable(account.positions.get(market.instrument.asset), isBuy);
  if (account.reduceOnlyOrders === 0) return left;
  for (const other of account.orders.values()) {
    if (other.reduceOnly && other !== replacing && other.isBuy === isBuy && other.instrument === market.instrument)
      left -= other.lots;
  }
  return left;
}

function hasMargin(
  state: ExchangeState,
  account: Account,
  order: ParsedOrder,
  replacing: VenueOrder | undefined,
): boolean {
  const { market, isBuy, ticks, lots } = order;
  const { asset, maxLeverage } = market.instrument;
  const position = account.position(asset, maxLeverage);
  const notional = notionalOf(ticks, lots);
  let addBuy = isBuy ? notional : 0n;
  let addSell = isBuy ? 0n : notional;
  if (replacing !== undefined && !replacing.reduceOnly && replacing.instrument === market.instrument) {
    if (replacing.isBuy) addBuy -= notionalOf(replacing.ticks, replacing.lots);
    else addSell -= notionalOf(replacing.ticks, replacing.lots);
  }
  const before = initialMargin(position, market.markTicks);
  const after = initialMargin(position, market.markTicks, addBuy, addSell);
  if (after <= before) return true;
  const fee = feeOf(notional, state.schedule.ratesFor(account.days, state.nowMs).taker);
  return (
    accountValue(account, state.markets) - (fee > 0n ? fee : 0n) >=
    totalInitialMargin(account, state.markets, asset) + after
  );
}
