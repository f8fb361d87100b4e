import {
  type Amount,
  type ClientOrderId,
  type Fill,
  type FillId,
  type FundingPayment,
  type InstrumentId,
  isFinal,
  type Order,
  type OrderRequestId,
  type TimeNs,
  timeNs,
  type VenueOrderId,
} from '@argosy/domain';
import { isRepeat, type JournalState, PositionBook } from '@argosy/execution-core';

/** Fill ids remembered per finished order kept; orders rarely fill in more pieces. */
const FILLS_PER_ORDER = 4;
/** Payments remembered: years of hourly ones in one instrument, months in many. */
const FUNDINGS_KEPT = 20_000;

/** What execution knows of one account, in memory; bounded by the number of finished orders kept. */
export class AccountBook {
  private readonly openOrders = new Map<ClientOrderId, Order>();
  /** Oldest end first. */
  private readonly finished = new Map<ClientOrderId, Order>();
  private readonly byRequest = new Map<OrderRequestId, ClientOrderId>();
  private readonly byVenueId = new Map<VenueOrderId, ClientOrderId>();
  private readonly fills = new Map<FillId, TimeNs>();
  private fillsFloor: TimeNs;
  private readonly fundings = new Set<string>();
  private fundingsFloor: TimeNs;
  readonly frozen = new Map<InstrumentId, string>();
  readonly positions: PositionBook;

  constructor(
    state: JournalState,
    private readonly finishedOrdersKept: number,
  ) {
    this.positions = new PositionBook(state.positions);
    for (const order of state.openOrders) this.put(order);
    for (const [request, order] of state.requests) this.byRequest.set(request, order);
    this.fillsFloor = state.fillsFloor;
    // Without a payment of our own yet, "the newest" is where the books begin.
    this.fundingsFloor = state.recentFundings.size === 0 ? (state.lastFundingAt ?? timeNs(0n)) : timeNs(0n);
    for (const fill of state.recentFills) this.rememberFill(fill);
    for (const payment of state.recentFundings) this.fundings.add(payment);
  }

  order(id: ClientOrderId): Order | undefined {
    return this.openOrders.get(id) ?? this.finished.get(id);
  }

  orderOfRequest(id: OrderRequestId): ClientOrderId | undefined {
    return this.byRequest.get(id);
  }

  orderOfVenue(id: VenueOrderId): Order | undefined {
    const known = this.byVenueId.get(id);
    return known === undefined ? undefined : this.order(known);
  }

  open(): readonly Order[] {
    return [...this.openOrders.values()];
  }

  get openCount(): number {
    return this.openOrders.size;
  }

  /** Keeps the newest state of an order. */
  put(order: Order): void {
    const { clientOrderId: id } = order;
    if (!order.external) this.answered(order);
    if (order.venueOrderId !== undefined) this.byVenueId.set(order.venueOrderId, id);
    if (!isFinal(order.state)) {
      this.openOrders.set(id, order);
      return;
    }
    this.openOrders.delete(id);
    this.finished.set(id, order);
    if (this.finished.size > this.finishedOrdersKept) this.forgetOldest();
  }

  /** An order that only repeated a forgotten request is no answer to it: the next repeat is looked up again. */
  private answered(order: Order): void {
    const { clientOrderId: id, orderRequestId } = order;
    if (!isRepeat(order)) this.byRequest.set(orderRequestId, id);
    else if (this.byRequest.get(orderRequestId) === id) this.byRequest.delete(orderRequestId);
  }

  /** How many fills were news since this book began. */
  fillsTaken = 0;

  /** The ids of those that were news after so many; of the newest that are remembered. */
  fillsSince(taken: number): readonly FillId[] {
    const news = Math.min(this.fillsTaken - taken, this.fills.size);
    return news === 0 ? [] : [...this.fills.keys()].slice(-news);
  }

  /** True when the fill is news (I-26). */
  takeFill(fill: Fill): boolean {
    if (this.fills.has(fill.fillId) || fill.venueTimeNs <= this.fillsFloor) return false;
    this.rememberFill(fill);
    this.fillsTaken += 1;
    this.positions.apply(fill);
    return true;
  }

  /** True when the payment is news. */
  takeFunding({ paymentId, venueTimeNs }: FundingPayment): boolean {
    if (this.fundings.has(paymentId) || venueTimeNs <= this.fundingsFloor) return false;
    this.fundings.add(paymentId);
    const [oldest] = this.fundings;
    if (this.fundings.size > FUNDINGS_KEPT && oldest !== undefined) this.fundings.delete(oldest);
    return true;
  }

  /** What the account held, and was paid, before its first fill here belongs to the opening. */
  anchor(at: TimeNs, positions: ReadonlyMap<InstrumentId, Amount>): void {
    this.fillsFloor = at;
    this.fundingsFloor = at;
    for (const [instrument, quantity] of positions) this.positions.set(instrument, quantity);
  }

  private rememberFill({ fillId, venueTimeNs }: Pick<Fill, 'fillId' | 'venueTimeNs'>): void {
    this.fills.set(fillId, venueTimeNs);
    if (this.fills.size <= this.finishedOrdersKept * FILLS_PER_ORDER) return;
    const [oldest] = this.fills;
    if (oldest === undefined) return;
    this.fills.delete(oldest[0]);
    // What is forgotten must not come back as news.
    if (oldest[1] > this.fillsFloor) this.fillsFloor = oldest[1];
  }

  private forgetOldest(): void {
    const [forgotten] = this.finished.values();
    if (forgotten === undefined) return;
    const { clientOrderId: id, venueOrderId, orderRequestId } = forgotten;
    this.finished.delete(id);
    if (this.byRequest.get(orderRequestId) === id) this.byRequest.delete(orderRequestId);
    if (venueOrderId !== undefined && this.byVenueId.get(venueOrderId) === id) this.byVenueId.delete(venueOrderId);
  }
}
