import type { OrderAnswer, PnlAnswer, PositionAnswer, StatusAnswer, StrategyAnswer } from '../gateway/answers.js';
import type { ServerEvent } from './event-source.js';

export interface BookTop {
  readonly exchange: string;
  readonly symbol: string;
  readonly instrument_id: string;
  readonly valid: boolean;
  readonly bid: string | null;
  readonly bid_quantity: string | null;
  readonly ask: string | null;
  readonly ask_quantity: string | null;
}

export interface FillLine {
  readonly at: string;
  readonly strategy_id: string | null;
  readonly symbol: string;
  readonly side: string;
  readonly price: string;
  readonly quantity: string;
  readonly fee: string;
  readonly liquidity: string;
}

const BOOKS_MAX = 64;
const ORDERS_MAX = 500;
const FILLS_MAX = 50;

/** Everything the view shows, kept by what arrives. */
export class ViewState {
  readonly books = new Map<string, BookTop>();
  readonly orders = new Map<string, OrderAnswer>();
  fills: readonly FillLine[] = [];
  fillCount = 0;
  status: StatusAnswer | undefined;
  positions: readonly PositionAnswer[] = [];
  strategies: readonly StrategyAnswer[] = [];
  pnl: readonly PnlAnswer[] = [];
  /** Empty while connected. */
  trouble = 'connecting';

  apply({ name, data }: ServerEvent): void {
    if (name === 'book') this.#book(data as BookTop);
    if (name === 'order') this.#order((data as { readonly order: OrderAnswer }).order);
    if (name === 'fill') this.#fill(data as FillLine);
    if (name === 'pnl') this.pnl = rowsOf(data);
    // A change of the trading state arrives as a part of the whole.
    if (name === 'status') this.status = { ...this.status, ...(data as StatusAnswer) };
  }

  /** Open orders as they are now, in place of what was remembered. */
  setOrders(orders: readonly OrderAnswer[]): void {
    this.orders.clear();
    for (const order of orders.slice(0, ORDERS_MAX)) this.orders.set(order.order_id, order);
  }

  #book(book: BookTop): void {
    if (this.books.size < BOOKS_MAX || this.books.has(book.instrument_id)) this.books.set(book.instrument_id, book);
  }

  #order(order: OrderAnswer): void {
    if (order.status === 'final') this.orders.delete(order.order_id);
    else if (this.orders.size < ORDERS_MAX || this.orders.has(order.order_id)) this.orders.set(order.order_id, order);
  }

  #fill(fill: FillLine): void {
    this.fillCount += 1;
    this.fills = [fill, ...this.fills].slice(0, FILLS_MAX);
  }
}

const rowsOf = (data: unknown): readonly PnlAnswer[] =>
  Array.isArray(data)
    ? (data as readonly PnlAnswer[])
    : ((data as { readonly rows?: readonly PnlAnswer[] }).rows ?? []);
