import type { Account } from '../account/account.js';
import { addVolume } from '../account/fee-schedule.js';
import { feeOf, usdText } from '../account/money.js';
import { applyTrade, directionOf } from '../account/position.js';
import { type ExchangeState, hashOf } from '../exchange-state.js';
import type { AssetMarket } from '../market/asset-market.js';
import type { ForcedClose } from '../api/command.js';
import type { VenueOrder } from './venue-order.js';

export interface Trade {
  readonly market: AssetMarket;
  readonly ticks: number;
  readonly lots: number;
  readonly notional: bigint;
  readonly tid: number;
}

export interface TradeSide {
  readonly account: Account;
  /** Absent for the recorded background. */
  readonly order: VenueOrder | undefined;
  readonly isBuy: boolean;
  /** True for the side that took. */
  readonly crossed: boolean;
  /** The venue did it itself, under an order id of its own. */
  readonly forced?: ForcedClose;
  readonly oid?: number;
}

/** Books one side of a trade: cash, position, fee, volume, and for clients the fill that tells of it. */
export function settleSide(state: ExchangeState, trade: Trade, side: TradeSide): void {
  const { account, order, isBuy, crossed } = side;
  const { market, ticks, lots, notional, tid } = trade;
  const { instrument } = market;
  const position = account.position(instrument.asset, instrument.maxLeverage);
  const before = position.lots;
  const signed = isBuy ? lots : -lots;
  const closedPnl = applyTrade(position, signed, ticks);
  account.cash += isBuy ? -notional : notional;
  market.openLots += Math.max(0, position.lots) - Math.max(0, before);
  if (account.background) return;
  const rates = state.schedule.ratesFor(account.days, state.nowMs);
  const fee = feeOf(notional, crossed ? rates.taker : rates.maker);
  account.cash -= fee;
  state.fees += fee;
  account.volume += notional;
  addVolume(account.days, state.nowMs, notional, crossed);
  const fill = {
    coin: instrument.name,
    asset: instrument.asset,
    px: instrument.pxText(ticks),
    sz: instrument.szText(lots),
    isBuy,
    timeMs: state.nowMs,
    startPosition: instrument.szText(before),
    dir: side.forced === undefined ? directionOf(before, signed) : forcedDirection(side.forced, before),
    closedPnl: usdText(closedPnl),
    hash: hashOf(tid),
    oid: order?.oid ?? side.oid ?? 0,
    ...(order?.cloid === undefined ? {} : { cloid: order.cloid }),
    crossed,
    fee: usdText(fee),
    feeToken: 'USDC' as const,
    tid,
    ...(side.forced === 'liquidation'
      ? { liquidation: { user: account.address, markPx: instrument.pxText(market.markTicks) } }
      : {}),
  };
  account.fills.push(fill);
  state.emit({ type: 'fill', account: account.address, fill });
}

/** The venue's words for what it does to a position itself. */
function forcedDirection(cause: ForcedClose, before: number): string {
  if (cause === 'auto_deleveraging') return 'Auto-Deleveraging';
  return before > 0 ? 'Liquidated Cross Long' : 'Liquidated Cross Short';
}
