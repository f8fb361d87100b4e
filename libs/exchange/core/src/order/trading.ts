/** The life of orders on the books: entering, matching, ending. The only place that changes a book. */
import { assert } from '@argosy/domain';
import {
  BOOK_FULL,
  BUY,
  type EngineOptions,
  type EngineTimeInForce,
  GTC,
  IOC,
  POST_ONLY,
  SELL,
  WOULD_MATCH,
} from '@argosy/matching';
import type { ForcedClose, VenueTimeInForce } from '../api/command.js';
import type { OrderOutcome } from '../api/outcome.js';
import { type Reject, reject, type RejectCode } from '../api/reject.js';
import { ORDER_STATUSES, type OrderStatus } from '../api/view.js';
import type { Account } from '../account/account.js';
import { fixedText, notionalOf } from '../account/money.js';
import { closable } from '../account/position.js';
import { type ExchangeState, hashOf, RECORDED_BACKGROUND } from '../exchange-state.js';
import type { AssetMarket } from '../market/asset-market.js';
import { immediate, isReject, type ParsedOrder } from './order-check.js';
import { settleSide } from './settlement.js';
import { orderView, type VenueOrder } from './venue-order.js';

const IN_FORCE: Readonly<Record<VenueTimeInForce, EngineTimeInForce>> = {
  Gtc: GTC,
  Ioc: IOC,
  FrontendMarket: IOC,
  Alo: POST_ONLY,
};
/** An id that no order has. */
const NO_ORDER = -1;
/** Average prices carry this many digits below a base tick. */
const AVERAGE_DIGITS = 2;

export class Trading {
  /** Every order that lives, by id. */
  readonly live = new Map<number, VenueOrder>();
  /** Makers that matching found they must end. */
  private endings: VenueOrder[] = [];
  /** Accounts with reduce-only orders whose position moved. */
  private moved = new Set<Account>();

  constructor(private readonly state: ExchangeState) {}

  /** The callbacks that the book of `asset` needs. */
  bookOptions(asset: number): EngineOptions {
    return {
      onFill: (maker, taker, ticks, lots) => this.onFill(asset, maker, taker, ticks, lots),
      admit: (maker, taker, lots) => this.admit(maker, taker, lots),
    };
  }

  /** Enters an order that was admitted for `lots`. */
  enter(account: Account, parsed: ParsedOrder, lots: number): OrderOutcome {
    const { market } = parsed;
    const order = this.make(account, parsed, lots);
    this.live.set(order.oid, order);
    const handle = market.book.limit(order.isBuy ? BUY : SELL, order.ticks, lots, IN_FORCE[order.tif], order.oid);
    assert(handle !== WOULD_MATCH, `order ${String(order.oid)} was admitted as post-only and crosses`);
    this.live.delete(order.oid);
    this.afterMatching();
    if (handle === BOOK_FULL) return this.refuse(order, reject('tooManyOpenOrdersRejected'));
    if (handle > 0) {
      this.addResting(order, handle);
      this.state.tell(account, {
        type: 'order',
        account: account.address,
        update: orderView(order, 'open', this.state.nowMs),
      });
      return order.filledNotional > 0n ? filled(order) : { kind: 'resting', oid: order.oid, ...cloidOf(order) };
    }
    const failed = order.lots === lots ? immediate(order.tif) : undefined;
    if (failed !== undefined) return this.refuse(order, reject(failed));
    this.finish(order, order.lots === 0 ? 'filled' : 'canceled');
    return filled(order);
  }

  /** An order that is refused after it was read: it gets an id and a place in history, as on the venue. */
  refuseParsed(account: Account, parsed: ParsedOrder, why: Reject): OrderOutcome {
    return this.refuse(this.make(account, parsed, parsed.lots), why);
  }

  cancel(order: VenueOrder, status: OrderStatus): void {
    const { asset } = order.instrument;
    this.state.markets[asset]!.book.cancel(order.handle);
    this.retire(order, status);
    this.state.bookChanged(asset);
  }

  cancelAll(account: Account, status: OrderStatus): void {
    for (const order of [...account.orders.values()]) this.cancel(order, status);
  }

  /** The rest of the world trades with a resting order, whatever else stands in the book. */
  forceFill(order: VenueOrder, lots: number): void {
    const { asset } = order.instrument;
    const { book } = this.state.markets[asset]!;
    this.background();
    if (lots >= order.lots) book.cancel(order.handle);
    else book.reduce(order.handle, lots);
    this.onFill(asset, order.oid, NO_ORDER, order.ticks, Math.min(lots, order.lots));
    this.afterMatching();
  }

  /** The venue closes `lots` of a position at the mark price, against the rest of the world. */
  forceClose(account: Account, market: AssetMarket, lots: number, cause: ForcedClose): void {
    const { state } = this;
    const position = account.positions.get(market.instrument.asset);
    const isBuy = (position?.lots ?? 0) < 0;
    const ticks = market.instrument.floor(market.markTicks);
    const trade = { market, ticks, lots, notional: notionalOf(ticks, lots), tid: state.nextTid++ };
    const other = this.background();
    settleSide(state, trade, { account, order: undefined, isBuy, crossed: true, forced: cause, oid: state.nextOid++ });
    settleSide(state, trade, { account: other, order: undefined, isBuy: !isBuy, crossed: false });
    if (account.reduceOnlyOrders > 0) this.moved.add(account);
    market.count(state.nowMs, ticks, lots, trade.notional);
    this.publish(trade, isBuy, account, other);
    this.afterMatching();
  }

  /** Puts an order on its account; its book has it already. */
  addResting(order: VenueOrder, handle: number): void {
    const { account, instrument } = order;
    order.handle = handle;
    this.live.set(order.oid, order);
    account.orders.set(order.oid, order);
    if (order.cloid !== undefined) account.cloids.set(order.cloid, order);
    if (order.reduceOnly) account.reduceOnlyOrders++;
    else this.reserve(order, notionalOf(order.ticks, order.lots));
    this.state.bookChanged(instrument.asset);
  }

  /** After anything that could match: ends makers that were stopped, and trims reduce-only orders. */
  afterMatching(): void {
    for (const order of this.endings.splice(0)) if (order.handle > 0) this.retire(order, order.ending ?? 'canceled');
    if (this.moved.size === 0) return;
    const moved = [...this.moved];
    this.moved.clear();
    for (const account of moved) this.trimReduceOnly(account);
  }

  private make(account: Account, parsed: ParsedOrder, lots: number): VenueOrder {
    const { market, isBuy, ticks, reduceOnly, tif, cloid } = parsed;
    return {
      oid: this.state.nextOid++,
      cloid,
      account,
      instrument: market.instrument,
      isBuy,
      ticks,
      originalLots: lots,
      lots,
      reduceOnly,
      tif,
      placedMs: this.state.nowMs,
      filledNotional: 0n,
      handle: 0,
      ending: undefined,
    };
  }

  private admit(makerOid: number, takerOid: number, lots: number): number {
    const maker = this.live.get(makerOid);
    if (maker === undefined) return lots;
    let admitted = lots;
    if (this.live.get(takerOid)?.account === maker.account) {
      maker.ending = 'selfTradeCanceled';
      admitted = 0;
    } else if (maker.reduceOnly) {
      admitted = Math.min(lots, closable(maker.account.positions.get(maker.instrument.asset), maker.isBuy));
      if (admitted < lots) maker.ending = 'reduceOnlyCanceled';
    }
    if (maker.ending !== undefined) this.endings.push(maker);
    return admitted;
  }

  private onFill(asset: number, makerOid: number, takerOid: number, ticks: number, lots: number): void {
    const { state } = this;
    const market = state.markets[asset]!;
    const maker = this.live.get(makerOid);
    const taker = this.live.get(takerOid);
    const takerBuys = taker?.isBuy ?? maker?.isBuy === false;
    const trade = { market, ticks, lots, notional: notionalOf(ticks, lots), tid: state.nextTid++ };
    const takerAccount = taker?.account ?? this.recorded();
    const makerAccount = maker?.account ?? this.recorded();
    settleSide(state, trade, { account: takerAccount, order: taker, isBuy: takerBuys, crossed: true });
    settleSide(state, trade, { account: makerAccount, order: maker, isBuy: !takerBuys, crossed: false });
    for (const account of [takerAccount, makerAccount]) if (account.reduceOnlyOrders > 0) this.moved.add(account);
    market.count(state.nowMs, ticks, lots, trade.notional);
    this.publish(trade, takerBuys, takerAccount, makerAccount);
    if (taker !== undefined) {
      taker.lots -= lots;
      taker.filledNotional += trade.notional;
    }
    if (maker !== undefined) this.fillMaker(maker, lots, trade.notional);
    state.bookChanged(asset);
  }

  private fillMaker(maker: VenueOrder, lots: number, notional: bigint): void {
    maker.lots -= lots;
    maker.filledNotional += notional;
    if (!maker.reduceOnly) this.reserve(maker, -notional);
    if (maker.lots === 0) this.retire(maker, 'filled');
  }

  private publish(
    trade: { market: AssetMarket; ticks: number; lots: number; tid: number },
    isBuy: boolean,
    taker: Account,
    maker: Account,
  ): void {
    const { instrument } = trade.market;
    const view = {
      coin: instrument.name,
      asset: instrument.asset,
      tid: trade.tid,
      px: instrument.pxText(trade.ticks),
      sz: instrument.szText(trade.lots),
      isBuy,
      timeMs: this.state.nowMs,
      hash: hashOf(trade.tid),
      buyer: (isBuy ? taker : maker).address,
      seller: (isBuy ? maker : taker).address,
    };
    trade.market.trades.push(view);
    this.state.emit({ type: 'trade', trade: view });
  }

  /** Ends a resting order that its book no longer has. */
  private retire(order: VenueOrder, status: OrderStatus): void {
    const { account } = order;
    order.handle = 0;
    this.live.delete(order.oid);
    account.orders.delete(order.oid);
    if (order.cloid !== undefined && account.cloids.get(order.cloid) === order) account.cloids.delete(order.cloid);
    if (order.reduceOnly) account.reduceOnlyOrders--;
    else this.reserve(order, -notionalOf(order.ticks, order.lots));
    this.finish(order, status);
  }

  private finish(order: VenueOrder, status: OrderStatus): void {
    if (order.account.background) return;
    const view = orderView(order, status, this.state.nowMs);
    order.account.remember(view);
    this.state.emit({ type: 'order', account: order.account.address, update: view });
  }

  private refuse(order: VenueOrder, { code, message }: Reject): OrderOutcome {
    this.finish(order, statusOf(code));
    return { kind: 'error', code, message };
  }

  private reserve(order: VenueOrder, notional: bigint): void {
    const position = order.account.position(order.instrument.asset, order.instrument.maxLeverage);
    if (order.isBuy) position.openBuy += notional;
    else position.openSell += notional;
  }

  /** Reduce-only orders never add up to more than the position, oldest first. */
  private trimReduceOnly(account: Account): void {
    const left = new Map<string, number>();
    for (const order of [...account.orders.values()]) {
      if (!order.reduceOnly) continue;
      const { asset } = order.instrument;
      const key = `${String(asset)}${order.isBuy ? 'B' : 'A'}`;
      const budget = left.get(key) ?? closable(account.positions.get(asset), order.isBuy);
      if (budget <= 0) this.cancel(order, 'reduceOnlyCanceled');
      else if (order.lots > budget) {
        this.state.markets[asset]!.book.reduce(order.handle, order.lots - budget);
        order.lots = budget;
        this.state.bookChanged(asset);
      }
      left.set(key, budget - order.lots);
    }
  }

  /** The participant that stands for the rest of the world; opened where the market has none. */
  private background(): Account {
    const known = this.state.accounts.find(RECORDED_BACKGROUND);
    if (known !== undefined) return known;
    const opened = this.state.accounts.open(RECORDED_BACKGROUND, true);
    assert(!isReject(opened), 'no room for a background participant');
    return opened;
  }

  private recorded(): Account {
    const account = this.state.accounts.find(RECORDED_BACKGROUND);
    assert(account !== undefined, 'a fill against the recorded background of an exchange that has none');
    return account;
  }
}

const cloidOf = (order: VenueOrder): { cloid?: string } => (order.cloid === undefined ? {} : { cloid: order.cloid });

/** The order status that a refusal leads to: the venue has one for most, `rejected` stands for the rest. */
const statusOf = (code: RejectCode): OrderStatus => ORDER_STATUSES.find((status) => status === code) ?? 'rejected';

function filled(order: VenueOrder): OrderOutcome {
  const { instrument } = order;
  const lots = BigInt(order.originalLots - order.lots);
  const average = (order.filledNotional * 10n ** BigInt(AVERAGE_DIGITS)) / lots;
  return {
    kind: 'filled',
    oid: order.oid,
    ...cloidOf(order),
    totalSz: instrument.szText(lots),
    avgPx: fixedText(average, instrument.pxDecimals + AVERAGE_DIGITS),
  };
}
