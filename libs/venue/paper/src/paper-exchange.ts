import {
  type Amount,
  type Book,
  type Clock,
  type Fill,
  fillId,
  type Instrument,
  type InstrumentId,
  type Liquidity,
  type MarketState,
  type MarketTrade,
  multiply,
  type Price,
  type Quantity,
  type TimeNs,
  venueOrderId,
  type VenueOrderId,
} from '@argosy/domain';
import type { BurnAnswer, CancelAnswer, Cancellation, PlaceAnswer, Placement } from '@argosy/venue-port';
import { refuses } from './account/order-rules.js';
import type { Valuation } from './account/margin.js';
import type { PaperAccount } from './account/paper-account.js';
import type { EndStatus, PaperEvent, PaperOrder } from './account/paper-event.js';
import { closable, traded } from './account/position.js';
import { rejectText } from './account/reject.js';
import type { PaperSettings } from './config.js';
import { fundingDue, type FundingNotice } from './account/funding.js';
import { gridOf } from './market/grid.js';
import { PaperMarket } from './market/paper-market.js';

/** Instruments of one venue; more are a broken catalogue. */
export const INSTRUMENTS_MAX = 5_000;

/**
 * The venue itself: one account, the visible markets, the rules between them. Everything happens within the call; what
 * changed waits in `drain` until it is durable.
 */
export class PaperExchange implements Valuation {
  private readonly markets = new Map<InstrumentId, PaperMarket>();
  private readonly instruments = new Map<InstrumentId, Instrument>();
  private readonly states = new Map<InstrumentId, FundingNotice>();
  private events: PaperEvent[] = [];
  /** The newest time under which the account's state was told: fills after it must be newer. */
  private statedAt = -1n;

  constructor(
    readonly account: PaperAccount,
    private readonly settings: PaperSettings,
    private readonly clock: Clock,
  ) {}

  /** What changed since the last call, in order. */
  drain(): readonly PaperEvent[] {
    const { events } = this;
    this.events = [];
    return events;
  }

  instrument(id: InstrumentId): Instrument | undefined {
    return this.instruments.get(id);
  }

  mark(id: InstrumentId): Price | undefined {
    return this.states.get(id)?.markPrice ?? this.markets.get(id)?.mid;
  }

  market(id: InstrumentId): PaperMarket | undefined {
    return this.markets.get(id);
  }

  orderIdOf = (oid: number): VenueOrderId => venueOrderId(`${String(this.account.bornAt / 1_000_000n)}-${String(oid)}`);

  /** A new or changed instrument. Resting orders that no longer fit its tick and lot are cancelled. */
  setInstrument(instrument: Instrument): void {
    const before = this.markets.get(instrument.id);
    if (before === undefined && this.markets.size >= INSTRUMENTS_MAX) return;
    this.instruments.set(instrument.id, instrument);
    const grid = gridOf(instrument);
    if (before?.grid.tick === grid.tick && before.grid.lot === grid.lot) return;
    const market = new PaperMarket(instrument.id, grid, this.settings.bookAgeMsMax, {
      onFill: (oid, price, quantity, liquidity) => this.fill(oid, { price, quantity, liquidity }),
      admit: (oid, quantity) => this.admit(oid, quantity),
      onWithdrawn: (oid, reason) => this.end(oid, 'cancelled', reason),
    });
    this.markets.set(instrument.id, market);
    for (const order of [...this.account.orders.values()]) {
      if (order.instrumentId !== instrument.id) continue;
      const ahead = before?.ahead(order.oid) ?? order.ahead;
      if (!market.restore(order, order.remaining, order.placedAt, ahead))
        this.end(order.oid, 'cancelled', 'instrumentChanged');
    }
  }

  onBook(book: Book): void {
    const market = this.markets.get(book.instrumentId);
    market?.onBook(book, this.clock.monotonicMs());
    this.trimReduceOnly();
  }

  onTrade(trade: MarketTrade): void {
    this.markets.get(trade.instrumentId)?.onTrade(trade, this.clock.monotonicMs());
    this.trimReduceOnly();
  }

  onState(state: MarketState): void {
    const instrument = this.instruments.get(state.instrumentId);
    if (instrument === undefined) return;
    const before = this.states.get(instrument.id);
    const { notice, payment } = fundingDue(before, state, {
      instrument,
      position: this.account.position(instrument.id),
      accountId: this.settings.accountId,
      intervalMs: this.settings.fundingIntervalMs,
    });
    this.states.set(instrument.id, notice);
    if (payment !== undefined) this.emit({ type: 'funding', payment });
  }

  /** Messages may have been missed: no book is good until the next one. */
  invalidate(why: string): void {
    for (const market of this.markets.values()) market.invalidate(why);
  }

  place({ intent, clientOrderId, nonce, expiresAt }: Placement): PlaceAnswer {
    const problem = this.requestProblem(nonce, expiresAt);
    if (problem !== undefined) return { outcome: 'rejected', reason: problem };
    this.emit({ type: 'nonce', nonce });
    if (intent.accountId !== this.settings.accountId || intent.accountKind !== 'paper') {
      const reason = rejectText('wrongAccount', { account: intent.accountId, kind: intent.accountKind });
      return { outcome: 'rejected', reason };
    }
    if (this.account.knows(clientOrderId))
      return { outcome: 'rejected', reason: rejectText('duplicateCloid', { cloid: clientOrderId }) };
    const { instrumentId, side, limitPrice, quantity, timeInForce, reduceOnly } = intent;
    return this.enter({
      oid: this.account.nextOid,
      clientOrderId,
      instrumentId,
      side,
      limitPrice,
      quantity,
      remaining: quantity,
      timeInForce,
      reduceOnly,
      placedAt: this.clock.now(),
      ahead: 0,
    });
  }

  cancel({ clientOrderId, nonce, expiresAt }: Cancellation): CancelAnswer {
    const problem = this.requestProblem(nonce, expiresAt);
    if (problem !== undefined) return { outcome: 'rejected', reason: problem };
    this.emit({ type: 'nonce', nonce });
    const order = this.account.orderOf(clientOrderId);
    if (order === undefined) return { outcome: 'unknown_order', reason: rejectText('missingOrder') };
    this.remove(order, 'canceled');
    return { outcome: 'cancelled' };
  }

  /** A nonce below all remembered ones can no more be used than a spent one, and nobody knows any more which it is. */
  burn(nonce: bigint): BurnAnswer {
    if (this.account.nonceProblem(nonce) !== undefined) return 'already_used';
    this.emit({ type: 'nonce', nonce });
    return 'burnt';
  }

  private requestProblem(nonce: bigint, expiresAt: TimeNs): string | undefined {
    const now = this.clock.now();
    if (now > expiresAt) return rejectText('expired', { expiresAt: String(expiresAt), now: String(now) });
    const problem = this.account.nonceProblem(nonce);
    if (problem === undefined) return undefined;
    return rejectText(problem === 'duplicate' ? 'nonceUsed' : 'nonceTooLow', { nonce: String(nonce) });
  }

  private enter(order: PaperOrder): PlaceAnswer {
    const instrument = this.instruments.get(order.instrumentId);
    const market = this.markets.get(order.instrumentId);
    const reason =
      instrument === undefined || market === undefined
        ? rejectText('unknownInstrument', { instrument: order.instrumentId })
        : refuses(order, {
            account: this.account,
            instrument,
            market,
            monotonicMs: this.clock.monotonicMs(),
            valuation: this,
            takerFeeRate: this.settings.takerFeeRate,
          });
    this.emit({ type: 'order', order });
    if (reason !== undefined || market === undefined) {
      this.end(order.oid, 'rejected', reason ?? '');
      return { outcome: 'rejected', reason: reason ?? '' };
    }
    return this.match(order, market);
  }

  private match(order: PaperOrder, market: PaperMarket): PlaceAnswer {
    const { oid, quantity, timeInForce } = order;
    const firstFill = this.account.nextFill;
    if (timeInForce !== 'post_only') market.take(order, quantity);
    const left = this.account.orders.get(oid);
    // Own orders in the way are withdrawn, so an order that was to trade at once may find nobody after all.
    const unmatched = timeInForce === 'ioc' && left?.remaining === quantity;
    if (unmatched) this.end(oid, 'rejected', rejectText('unmatched'));
    else if (left !== undefined && timeInForce === 'ioc') this.end(oid, 'cancelled', 'iocRemainderCanceled');
    else if (left !== undefined)
      this.emit({ type: 'rested', oid, ahead: market.rest(order, left.remaining, order.placedAt) });
    this.trimReduceOnly();
    const filled = (quantity - (left?.remaining ?? 0n)) as Quantity;
    if (filled > 0n) {
      const count = this.account.nextFill - firstFill;
      const value = this.account.fills.slice(-count).reduce((sum, fill) => sum + fill.price * fill.quantity, 0n);
      return {
        outcome: 'filled',
        venueOrderId: this.orderIdOf(oid),
        quantity: filled,
        averagePrice: (value / filled) as Price,
      };
    }
    if (unmatched) return { outcome: 'rejected', reason: rejectText('unmatched') };
    return { outcome: 'working', venueOrderId: this.orderIdOf(oid) };
  }

  private admit(oid: number, quantity: Quantity): Quantity {
    const order = this.account.orders.get(oid);
    if (order === undefined) return 0n as Quantity;
    if (!order.reduceOnly) return quantity;
    const most = closable(this.account.position(order.instrumentId), order.side);
    return most < quantity ? most : quantity;
  }

  private fill(
    oid: number,
    {
      price,
      quantity,
      liquidity,
    }: { readonly price: Price; readonly quantity: Quantity; readonly liquidity: Liquidity },
  ): void {
    const order = this.account.orders.get(oid);
    const instrument = order === undefined ? undefined : this.instruments.get(order.instrumentId);
    if (order === undefined || instrument === undefined) return;
    const { closedPnl, value } = traded(this.account.position(order.instrumentId), order.side, price, quantity);
    const fill: Fill = {
      fillId: fillId(['paper', this.settings.accountId, this.account.bornAt, this.account.nextFill].join(':')),
      clientOrderId: order.clientOrderId,
      venueOrderId: this.orderIdOf(oid),
      accountId: this.settings.accountId,
      accountKind: 'paper',
      venue: this.settings.venue,
      instrumentId: order.instrumentId,
      side: order.side,
      price,
      quantity,
      fee: this.feeOf(value, liquidity),
      feeAsset: instrument.quote,
      liquidity,
      venueTimeNs: this.nextFillTime(),
      venueClosedPnl: closedPnl,
    };
    this.emit({ type: 'fill', oid, fill });
    if (this.account.orders.get(oid)?.remaining === 0n) this.end(oid, 'filled', 'filled');
  }

  /** Rounded against us: a fee up, a rebate down. */
  private feeOf(value: Amount, liquidity: Liquidity): Amount {
    const rate = liquidity === 'maker' ? this.settings.makerFeeRate : this.settings.takerFeeRate;
    return multiply(value, rate, rate > 0n ? 'up' : 'down');
  }

  /** Strictly rising, whatever the clock does: consumers know fills by "newer than". */
  private nextFillTime(): TimeNs {
    const now = this.clock.now();
    const last = this.account.lastFillAt;
    const floor = (last > this.statedAt ? last : this.statedAt) + 1n;
    return (now > floor ? now : floor) as TimeNs;
  }

  /** Never before a fill that the state holds. */
  stateTime(): TimeNs {
    const now = this.clock.now();
    const last = this.account.lastFillAt;
    this.statedAt = now > last ? now : last;
    return this.statedAt as TimeNs;
  }

  /** A reduce-only order that has nothing left to reduce ends. */
  private trimReduceOnly(): void {
    for (const order of [...this.account.orders.values()])
      if (order.reduceOnly && closable(this.account.position(order.instrumentId), order.side) === 0n)
        this.remove(order, 'reduceOnlyCanceled');
  }

  private remove({ oid, instrumentId }: PaperOrder, reason: string): void {
    this.markets.get(instrumentId)?.cancel(oid);
    this.end(oid, 'cancelled', reason);
  }

  private end(oid: number, status: EndStatus, reason: string): void {
    if (!this.account.orders.has(oid)) return;
    this.emit({ type: 'end', oid, status, reason, at: this.clock.now() });
  }

  private emit(event: PaperEvent): void {
    this.account.apply(event);
    this.events.push(event);
  }
}
