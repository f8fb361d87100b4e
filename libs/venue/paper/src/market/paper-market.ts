import type { Book, InstrumentId, MarketTrade, Price, Quantity, Side, TimeNs } from '@argosy/domain';
import { BACKGROUND, BUY, type EngineSide, IOC, NO_ASK, NO_BID, QueuePositionBook, SELL } from '@argosy/matching';
import { AHEAD_UNKNOWN } from '../account/paper-event.js';
import { exactLots, exactTick, type Grid, passiveTick, priceOf, quantityOf, wholeLots } from './grid.js';
import { LATE_TRADE_NS, ShrinkLog } from './shrink-log.js';
import { readBook, type VisibleBook, type VisibleSide } from './visible-book.js';

export interface MarketRules {
  onFill(oid: number, price: Price, quantity: Quantity, liquidity: 'maker' | 'taker'): void;
  /** How much of `quantity` a resting order may give now; less withdraws it. */
  admit(oid: number, quantity: Quantity): Quantity;
  /** A resting order left the book without being filled to its end. */
  onWithdrawn(oid: number, reason: string): void;
}

export interface MarketOrder {
  readonly oid: number;
  readonly side: Side;
  readonly limitPrice: Price;
}

interface Resting {
  readonly handle: number;
  readonly side: EngineSide;
  readonly tick: number;
  readonly joinedAt: TimeNs;
  /** Venue time of the book that it was put into. */
  readonly joinedBookAt: TimeNs;
}

const NEVER = -1n as TimeNs;
const sideOf = (side: Side): EngineSide => (side === 'buy' ? BUY : SELL);
const otherOf = (side: EngineSide): EngineSide => (side === BUY ? SELL : BUY);
const isBetter = (side: EngineSide, a: number, b: number): boolean => (side === BUY ? a > b : a < b);

/**
 * One instrument: the book that the market shows, with our orders queued in it. What can be seen is matched; what cannot
 * (beyond the last level shown, in front of us there) is held against us until it can.
 */
export class PaperMarket {
  private readonly book: QueuePositionBook;
  private readonly resting = new Map<number, Resting>();
  private readonly shrunk = new ShrinkLog();
  /** Lots by tick that trades have taken off the queues since the last book. */
  private readonly printed = new Map<number, number>();
  /** What matching took out of the book, told when it is done: callbacks must not call back. */
  private readonly withdrawn: { readonly oid: number; readonly reason: string }[] = [];
  private seen: VisibleBook | undefined;
  private seenMs = 0;
  private bookAt: TimeNs = NEVER;
  /** Why there is no book to trade on; undefined while there is one. */
  private broken: string | undefined = 'none has come yet';

  constructor(
    readonly instrumentId: InstrumentId,
    readonly grid: Grid,
    private readonly bookAgeMsMax: number,
    private readonly rules: MarketRules,
  ) {
    this.book = new QueuePositionBook({
      onFill: (maker, taker, tick, lots) => this.filled(maker, taker, tick, lots),
      admit: (maker, taker, lots) => this.admitted(maker, taker, lots),
    });
  }

  /** Why nothing can be matched now, or undefined. */
  problem(monotonicMs: number): string | undefined {
    if (this.broken !== undefined) return this.broken;
    const ageMs = monotonicMs - this.seenMs;
    return ageMs > this.bookAgeMsMax ? `it is ${String(Math.round(ageMs))} ms old` : undefined;
  }

  invalidate(why: string): void {
    this.broken = why;
  }

  /** Takes a new picture of the market; our orders that it reaches are filled at their own prices. */
  onBook(book: Book, monotonicMs: number): void {
    const read = readBook(book, this.grid);
    if (typeof read === 'string') return this.invalidate(read);
    this.broken = undefined;
    this.seen = read;
    this.seenMs = monotonicMs;
    this.bookAt = book.venueTimeNs;
    this.notice(read);
    this.forget(BUY, read.bids);
    this.forget(SELL, read.asks);
    this.state(BUY, read.bids);
    this.state(SELL, read.asks);
    this.printed.clear();
    this.sweepGone();
  }

  /** A public trade: eats the queues in front of us, then us. */
  onTrade(trade: MarketTrade, monotonicMs: number): void {
    if (this.resting.size === 0 || this.problem(monotonicMs) !== undefined) return;
    const taker = sideOf(trade.aggressor);
    const tick = passiveTick(this.grid, trade.price, taker === BUY ? 'ask' : 'bid');
    const lots = wholeLots(this.grid, trade.quantity);
    if (tick === undefined || lots === undefined || lots === 0) return;
    if (trade.venueTimeNs + LATE_TRADE_NS < this.bookAt || this.reachesNewcomer(trade, otherOf(taker), tick)) return;
    const shown = trade.venueTimeNs <= this.bookAt ? this.shrunk.use(trade.venueTimeNs, tick, lots) : 0;
    if (lots === shown) return;
    this.book.print(taker, tick, lots - shown);
    if (trade.venueTimeNs > this.bookAt) this.printed.set(tick, (this.printed.get(tick) ?? 0) + lots);
    this.sweepGone();
  }

  crosses(side: Side, price: Price): boolean {
    const tick = exactTick(this.grid, price);
    return tick !== undefined && this.book.crosses(sideOf(side), tick);
  }

  get bestBid(): Price | undefined {
    const tick = this.book.bestBid;
    return tick === NO_BID ? undefined : priceOf(this.grid, tick);
  }

  get bestAsk(): Price | undefined {
    const tick = this.book.bestAsk;
    return tick === NO_ASK ? undefined : priceOf(this.grid, tick);
  }

  /** Of the market as it is shown: neither our own orders nor what we took move it. */
  get mid(): Price | undefined {
    const [bid] = this.seen?.bids.levels.keys() ?? [];
    const [ask] = this.seen?.asks.levels.keys() ?? [];
    return bid === undefined || ask === undefined ? undefined : ((priceOf(this.grid, bid + ask) / 2n) as Price);
  }

  /** Matches against what is shown, no deeper; fills are told to the rules. */
  take({ oid, side, limitPrice }: MarketOrder, quantity: Quantity): void {
    const [tick, lots] = [exactTick(this.grid, limitPrice), exactLots(this.grid, quantity)];
    const worst = side === 'buy' ? this.seen?.asks.worst : this.seen?.bids.worst;
    if (tick === undefined || lots === undefined || worst === undefined) return;
    const limit = side === 'buy' ? Math.min(tick, worst) : Math.max(tick, worst);
    this.book.limit(sideOf(side), limit, lots, IOC, oid);
    this.sweepGone();
  }

  /** Puts what is left in the queue and says how many lots are in front of it. */
  rest(order: MarketOrder, quantity: Quantity, at: TimeNs): number {
    const side = sideOf(order.side);
    const tick = exactTick(this.grid, order.limitPrice) ?? 0;
    this.withdrawCrossed(side, tick);
    return this.join(order, quantity, { at, bookAt: this.bookAt, ahead: this.inFront(side, tick) });
  }

  /** Puts an order back after a restart. False when it does not fit the instrument as it is now. */
  restore(order: MarketOrder, quantity: Quantity, at: TimeNs, ahead: number): boolean {
    if (exactTick(this.grid, order.limitPrice) === undefined || exactLots(this.grid, quantity) === undefined)
      return false;
    this.join(order, quantity, { at, bookAt: NEVER, ahead });
    return true;
  }

  cancel(oid: number): void {
    const resting = this.resting.get(oid);
    if (resting === undefined) return;
    this.resting.delete(oid);
    this.book.cancel(resting.handle);
  }

  /** Lots in front of a resting order; undefined when it does not rest. */
  ahead(oid: number): number | undefined {
    const resting = this.resting.get(oid);
    return resting === undefined ? undefined : this.book.ahead(resting.handle);
  }

  private join(
    { oid, side, limitPrice }: MarketOrder,
    quantity: Quantity,
    { at, bookAt, ahead }: { readonly at: TimeNs; readonly bookAt: TimeNs; readonly ahead: number },
  ): number {
    const engineSide = sideOf(side);
    const tick = exactTick(this.grid, limitPrice) ?? 0;
    const lots = exactLots(this.grid, quantity) ?? 0;
    const handle = this.book.restore(engineSide, tick, lots, oid, ahead);
    this.resting.set(oid, { handle, side: engineSide, tick, joinedAt: at, joinedBookAt: bookAt });
    return ahead;
  }

  private inFront(side: EngineSide, tick: number): number {
    const shown = side === BUY ? this.seen?.bids : this.seen?.asks;
    if (shown === undefined) return AHEAD_UNKNOWN;
    const level = shown.levels.get(tick);
    if (level !== undefined) return this.untaken(side, tick, level);
    return this.isInSight(side, shown, tick) ? 0 : AHEAD_UNKNOWN;
  }

  /** What we took off a level does not stand in front of us. */
  private untaken(side: EngineSide, tick: number, level: number): number {
    let taken = 0;
    this.book.forEachLevel(side, (at, _background, gone) => {
      if (at === tick) taken = gone;
    });
    return Math.max(0, level - taken);
  }

  private isInSight(side: EngineSide, shown: VisibleSide, tick: number): boolean {
    return shown.worst === undefined || !isBetter(side, shown.worst, tick);
  }

  /** Our own orders that this one would trade with are taken out first: nobody trades with himself. */
  private withdrawCrossed(side: EngineSide, tick: number): void {
    for (const [oid, resting] of [...this.resting]) {
      if (resting.side === side || !this.wouldTrade(side, tick, resting)) continue;
      this.cancel(oid);
      this.rules.onWithdrawn(oid, 'selfTradeCanceled');
    }
  }

  private wouldTrade(side: EngineSide, tick: number, resting: Resting): boolean {
    return side === BUY ? resting.tick <= tick : resting.tick >= tick;
  }

  /** Before levels move: how much the new picture takes off the levels where we stand, beyond what trades told us. */
  private notice(read: VisibleBook): void {
    const told = new Set<number>();
    for (const { side, tick, handle } of this.resting.values()) {
      const shown = side === BUY ? read.bids : read.asks;
      if (told.has(tick) || !this.isInSight(side, shown, tick)) continue;
      told.add(tick);
      const before = this.background(side, tick) ?? this.book.ahead(handle);
      if (before === AHEAD_UNKNOWN) continue;
      this.shrunk.add(this.bookAt, tick, before - (shown.levels.get(tick) ?? 0) - (this.printed.get(tick) ?? 0));
    }
  }

  private background(side: EngineSide, tick: number): number | undefined {
    let found: number | undefined;
    this.book.forEachLevel(side, (at, background) => {
      if (at === tick) found = background;
    });
    return found;
  }

  /** Empties levels that are in sight and gone; beyond the last one shown, a level where we stand stays as it was. */
  private forget(side: EngineSide, shown: VisibleSide): void {
    const mine = new Set<number>();
    for (const resting of this.resting.values()) if (resting.side === side) mine.add(resting.tick);
    const known = new Set(mine);
    this.book.forEachLevel(side, (tick) => known.add(tick));
    for (const tick of known) {
      if (shown.levels.has(tick)) continue;
      if (this.isInSight(side, shown, tick) || !mine.has(tick)) this.book.setLevel(side, tick, 0);
    }
  }

  /** Only levels that changed are restated: what we took from one stays gone until then. */
  private state(side: EngineSide, shown: VisibleSide): void {
    const before = new Map<number, number>();
    this.book.forEachLevel(side, (tick, background) => before.set(tick, background));
    const unsure = new Set<number>();
    for (const { handle, tick, side: mine } of this.resting.values())
      if (mine === side && this.book.ahead(handle) === AHEAD_UNKNOWN) unsure.add(tick);
    for (const [tick, lots] of shown.levels)
      if (before.get(tick) !== lots || unsure.has(tick)) this.book.setLevel(side, tick, lots);
  }

  /** A trade that was made before one of the orders it would reach cannot be trusted to have met it. */
  private reachesNewcomer(trade: MarketTrade, makers: EngineSide, tick: number): boolean {
    for (const { side, tick: at, joinedAt, joinedBookAt } of this.resting.values()) {
      if (side !== makers || isBetter(makers, tick, at)) continue;
      if (joinedAt >= trade.receivedTimeNs || joinedBookAt >= trade.venueTimeNs) return true;
    }
    return false;
  }

  private filled(maker: number, taker: number, tick: number, lots: number): void {
    const [price, quantity] = [priceOf(this.grid, tick), quantityOf(this.grid, lots)];
    if (maker === BACKGROUND) this.rules.onFill(taker, price, quantity, 'taker');
    else this.rules.onFill(maker, price, quantity, 'maker');
  }

  private admitted(maker: number, taker: number, lots: number): number {
    if (taker !== BACKGROUND) {
      this.withdrawn.push({ oid: maker, reason: 'selfTradeCanceled' });
      return 0;
    }
    const allowed = this.rules.admit(maker, quantityOf(this.grid, lots));
    const admitted = Math.min(lots, Number(allowed / this.grid.lot));
    if (admitted < lots) this.withdrawn.push({ oid: maker, reason: 'reduceOnlyCanceled' });
    return admitted;
  }

  /** After matching: orders that matching took out of the book leave our list too. */
  private sweepGone(): void {
    for (const [oid, { handle }] of this.resting) if (this.book.remaining(handle) === 0) this.resting.delete(oid);
    for (const { oid, reason } of this.withdrawn.splice(0)) this.rules.onWithdrawn(oid, reason);
  }
}
