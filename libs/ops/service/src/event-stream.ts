import {
  accountEventCodec,
  type AccountEvent,
  bookCodec,
  patterns,
  subjects,
  tradingStateCodec,
} from '@argosy/contracts';
import { type Book, type Clock, format, isoTime, ok, type Timers } from '@argosy/domain';
import type { Counter, Gauge, MessageBus, Metrics, Subscription } from '@argosy/platform-port';
import type { BooksService } from './books.service.js';
import type { ReadCache } from './read-cache.js';
import type { StatusService } from './status.service.js';
import { orderView } from './views/order.view.js';
import { symbolOf } from './views/text.js';
import { tradingView } from './views/risk.view.js';

export const STREAM_EVENTS = ['status', 'book', 'order', 'fill', 'pnl'] as const;
export type StreamEvent = (typeof STREAM_EVENTS)[number];

/** One viewer's connection. */
export interface StreamClient {
  /** Written but not yet taken by the network. */
  readonly waitingBytes: number;
  write(text: string): void;
  end(): void;
}

/** A viewer that is further behind than this is let go: it reconnects and begins with the present. */
export const STREAM_WAITING_BYTES_MAX = 262_144;
/** Already when this much waits, books are left out: the next one replaces them anyway. */
const STREAM_BOOKS_BYTES_MAX = 16_384;
const BOOKS_EACH_MS = 250;
const PNL_EACH_MS = 1_000;
const STATUS_EACH_MS = 5_000;
const HEARTBEAT_MS = 10_000;
const INSTRUMENTS_MAX = 4_096;
const FACTS_WAITING_MAX = 10_000;

/** What happens, told to everybody who watches; a slow viewer loses its connection, never somebody else's time (I-46). */
export class EventStream {
  private readonly clients = new Map<StreamClient, ReadonlySet<StreamEvent>>();
  private readonly books = new Map<string, Book>();
  private bookSubscription: Subscription | undefined;
  private tradingVersion = -1n;
  /** What ends when the stream does. */
  private running: readonly (() => void)[] = [];
  private readonly viewers: Gauge<never>;
  private readonly dropped: Counter<never>;

  constructor(
    private readonly bus: MessageBus,
    private readonly parts: {
      readonly status: StatusService;
      readonly books: BooksService;
      readonly cache: ReadCache;
      readonly clock: Clock;
      readonly timers: Timers;
    },
    private readonly clientsMax: number,
    metrics: Metrics,
  ) {
    this.viewers = metrics.gauge({
      name: 'argosy_ops_gateway_streams',
      help: 'Viewers connected to the event stream.',
      labels: [],
    });
    this.dropped = metrics.counter({
      name: 'argosy_ops_gateway_streams_dropped_total',
      help: 'Viewers let go because they did not keep up.',
      labels: [],
    });
  }

  start(): void {
    const { timers, cache, status } = this.parts;
    const trading = this.bus.subscribe(subjects.tradingState, tradingStateCodec, { queueLimit: 64 }, (state) => {
      if (state.version === this.tradingVersion) return;
      this.tradingVersion = state.version;
      status.invalidate();
      cache.invalidate();
      this.publish('status', tradingView(state));
    });
    const facts = this.bus.subscribe(
      patterns.everyAccountFact,
      accountEventCodec,
      { queueLimit: FACTS_WAITING_MAX },
      (event) => {
        this.fact(event);
      },
    );
    const repeated = [
      timers.every(BOOKS_EACH_MS, () => this.publishBooks()),
      timers.every(PNL_EACH_MS, () => void this.publishPnl()),
      timers.every(STATUS_EACH_MS, () => void this.publishStatus()),
      timers.every(HEARTBEAT_MS, () => this.each(undefined, ': heartbeat\n\n')),
    ];
    this.running = [
      trading.close.bind(trading),
      facts.close.bind(facts),
      ...repeated.map((timer) => () => timer.cancel()),
    ];
  }

  get isFull(): boolean {
    return this.clients.size >= this.clientsMax;
  }

  /** @returns lets the viewer go */
  add(client: StreamClient, events: ReadonlySet<StreamEvent>): () => void {
    this.clients.set(client, events);
    this.viewers.set({}, this.clients.size);
    client.write('retry: 1000\n\n');
    if (events.has('book')) this.listenToBooks();
    if (events.has('status')) void this.publishStatus();
    return () => this.remove(client);
  }

  stop(): void {
    for (const end of this.running) end();
    for (const client of [...this.clients.keys()]) {
      client.end();
      this.remove(client);
    }
  }

  private remove(client: StreamClient): void {
    if (!this.clients.delete(client)) return;
    this.viewers.set({}, this.clients.size);
    if (this.wants('book')) return;
    this.bookSubscription?.close();
    this.bookSubscription = undefined;
    this.books.clear();
  }

  private listenToBooks(): void {
    this.bookSubscription ??= this.bus.subscribeNewest(
      patterns.everyBook,
      bookCodec,
      { keyLimit: INSTRUMENTS_MAX },
      (book) => {
        if (this.books.size < INSTRUMENTS_MAX || this.books.has(book.instrumentId))
          this.books.set(book.instrumentId, book);
      },
    );
  }

  private fact(event: AccountEvent): void {
    // Orders, positions and trades may be other than what was served a moment ago.
    if (event.fact.kind !== 'observed') this.parts.cache.invalidate();
    const common = {
      account: event.accountId,
      exchange: event.venue,
      sequence: Number(event.sequence),
      at: isoTime(event.occurredAt),
    };
    if (event.fact.kind === 'order_changed') {
      const { order, event: what, fromState } = event.fact;
      this.publish('order', { ...common, event: what, from_state: fromState, order: orderView(order) });
    }
    if (event.fact.kind === 'order_filled') this.publish('fill', { ...common, ...fillView(event.fact.fill) });
  }

  private publishBooks(): void {
    const changed = [...this.books.values()];
    this.books.clear();
    for (const book of changed) this.publish('book', topOf(book), STREAM_BOOKS_BYTES_MAX);
  }

  private async publishPnl(): Promise<void> {
    if (!this.wants('pnl')) return;
    const pnl = await this.parts.books.pnl('strategy', '', '');
    if (pnl.ok) this.publish('pnl', pnl.value);
  }

  private async publishStatus(): Promise<void> {
    if (!this.wants('status')) return;
    this.publish('status', ok(await this.parts.status.current()).value);
  }

  private wants(event: StreamEvent): boolean {
    for (const events of this.clients.values()) if (events.has(event)) return true;
    return false;
  }

  private publish(event: StreamEvent, data: unknown, waitingMax = STREAM_WAITING_BYTES_MAX): void {
    if (this.wants(event)) this.each(event, `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`, waitingMax);
  }

  private each(event: StreamEvent | undefined, text: string, waitingMax = STREAM_WAITING_BYTES_MAX): void {
    for (const [client, events] of this.clients) {
      if (event !== undefined && !events.has(event)) continue;
      if (client.waitingBytes > STREAM_WAITING_BYTES_MAX) {
        this.dropped.add({});
        this.remove(client);
        client.end();
      } else if (client.waitingBytes <= waitingMax) client.write(text);
    }
  }
}

function topOf({ instrumentId, bids: [bid], asks: [ask], valid, venueTimeNs, sequence }: Book) {
  return {
    exchange: instrumentId.slice(0, instrumentId.indexOf('_')),
    symbol: symbolOf(instrumentId),
    instrument_id: instrumentId,
    valid,
    bid: bid === undefined ? null : format(bid.price),
    bid_quantity: bid === undefined ? null : format(bid.quantity),
    ask: ask === undefined ? null : format(ask.price),
    ask_quantity: ask === undefined ? null : format(ask.quantity),
    sequence: Number(sequence),
    venue_time: isoTime(venueTimeNs),
  };
}

function fillView(fill: Extract<AccountEvent['fact'], { readonly kind: 'order_filled' }>['fill']) {
  return {
    trade_id: fill.fillId,
    order_id: fill.clientOrderId ?? null,
    strategy_id: fill.strategyId ?? null,
    symbol: symbolOf(fill.instrumentId),
    instrument_id: fill.instrumentId,
    side: fill.side,
    price: format(fill.price),
    quantity: format(fill.quantity),
    fee: format(fill.fee),
    fee_asset: fill.feeAsset,
    liquidity: fill.liquidity,
    time: isoTime(fill.venueTimeNs),
  };
}
