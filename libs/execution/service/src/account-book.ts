import {
  type Amount,
  type ClientOrderId,
  countsInExposure,
  type Fill,
  type FillId,
  type FundingPayment,
  type InstrumentId,
  isFinal,
  type Order,
  type OrderRequestId,
  type TimeNs,
  type VenueOrderId,
} from '@argosy/domain';
import { type JournalState, PositionBook } from '@argosy/execution-core';

/** What execution knows of one account, in memory; bounded by the number of finished orders kept. */
export class AccountBook {
  private readonly orders = new Map<ClientOrderId, Order>();
  private readonly byRequest = new Map<OrderRequestId, ClientOrderId>();
  private readonly byVenueId = new Map<VenueOrderId, ClientOrderId>();
  private readonly finished: ClientOrderId[] = [];
  private readonly fills = new Map<FillId, TimeNs>();
  private fillsFloor: TimeNs;
  private readonly fundings = new Set<string>();
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
    for (const fill of state.recentFills) this.rememberFill(fill);
    for (const payment of state.recentFundings) this.fundings.add(payment);
  }

  order(id: ClientOrderId): Order | undefined {
    return this.orders.get(id);
  }

  orderOfRequest(id: OrderRequestId): ClientOrderId | undefined {
    return this.byRequest.get(id);
  }

  orderOfVenue(id: VenueOrderId): Order | undefined {
    const known = this.byVenueId.get(id);
    return known === undefined ? undefined : this.orders.get(known);
  }

  open(): readonly Order[] {
    return [...this.orders.values()].filter((order) => countsInExposure(order.state));
  }

  /** Keeps the newest state of an order. */
  put(order: Order): void {
    const before = this.orders.get(order.clientOrderId);
    this.orders.set(order.clientOrderId, order);
    if (!order.external) this.byRequest.set(order.orderRequestId, order.clientOrderId);
    if (order.venueOrderId !== undefined) this.byVenueId.set(order.venueOrderId, order.clientOrderId);
    if (isFinal(order.state) && (before === undefined || !isFinal(before.state))) this.retire(order);
  }

  /** True when the fill is news (I-26). */
  takeFill(fill: Fill): boolean {
    if (this.fills.has(fill.fillId) || fill.venueTimeNs <= this.fillsFloor) return false;
    this.rememberFill(fill);
    this.positions.apply(fill);
    return true;
  }

  /** True when the payment is news. */
  takeFunding(payment: FundingPayment): boolean {
    if (this.fundings.has(payment.paymentId)) return false;
    this.fundings.add(payment.paymentId);
    return true;
  }

  /** What the account held before its first fill here. */
  anchor(at: TimeNs, positions: ReadonlyMap<InstrumentId, Amount>): void {
    this.fillsFloor = at;
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

  private retire(order: Order): void {
    this.finished.push(order.clientOrderId);
    if (this.finished.length <= this.finishedOrdersKept) return;
    const oldest = this.finished.shift();
    const forgotten = oldest === undefined ? undefined : this.orders.get(oldest);
    if (forgotten === undefined) return;
    this.orders.delete(forgotten.clientOrderId);
    this.byRequest.delete(forgotten.orderRequestId);
    if (forgotten.venueOrderId !== undefined) this.byVenueId.delete(forgotten.venueOrderId);
  }
}

/** Fill ids remembered per finished order kept; orders rarely fill in more pieces. */
const FILLS_PER_ORDER = 4;
