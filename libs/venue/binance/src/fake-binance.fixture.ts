import type { Clock, Random, Timers } from '@argosy/domain';
import type { FeedState, Instrument, InstrumentId, MarketState, MarketTrade } from '@argosy/domain';
import {
  HttpClient,
  type HttpRequest,
  type HttpResponse,
  SilentLogger,
  WebSocketClient,
  type WebSocketConnection,
  type WebSocketHandlers,
  type WebSocketOptions,
} from '@argosy/platform-port';
import type { BookSnapshot, MarketDataHandlers } from '@argosy/venue-port';
import { BinanceMarketData, type BinanceMarketDataOptions } from './binance-market-data.adapter.js';
import { BINANCE_SPOT } from './binance-market.js';

type Rows = readonly (readonly [price: string, size: string])[];
export interface Snapshot {
  readonly lastUpdateId: number;
  readonly bids: Rows;
  readonly asks: Rows;
}
export const aSnapshot = (changes: Partial<Record<keyof Snapshot, unknown>> = {}): unknown => ({
  lastUpdateId: 100,
  bids: [
    ['100.00', '1.00000'],
    ['99.00', '2.00000'],
  ],
  asks: [
    ['101.00', '1.00000'],
    ['102.00', '2.00000'],
  ],
  ...changes,
});

export const aListing = (changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => ({
  symbol: 'BTCUSDT',
  status: 'TRADING',
  baseAsset: 'BTC',
  quoteAsset: 'USDT',
  contractType: 'PERPETUAL',
  filters: [
    { filterType: 'PRICE_FILTER', tickSize: '0.01000000' },
    { filterType: 'LOT_SIZE', stepSize: '0.00001000' },
    { filterType: 'NOTIONAL', minNotional: '5.00000000' },
  ],
  ...changes,
});

/** A venue that says what the spec tells it to; one symbol, spot unless told otherwise. */
export class FakeBinance extends HttpClient {
  readonly urls: string[] = [];
  readonly requests: string[] = [];
  snapshotAnswer: () => HttpResponse | Promise<HttpResponse> = () => json(aSnapshot());
  listing: readonly unknown[] = [aListing()];
  venueMs: () => number | string;
  socket: WebSocketHandlers | undefined;
  readonly sockets: WebSocketClient;
  closes = 0;
  pings = 0;

  constructor(readonly clock: Clock) {
    super();
    this.venueMs = () => this.nowMs;
    const connect = (url: string, handlers: WebSocketHandlers): WebSocketConnection => this.#connect(url, handlers);
    this.sockets = new (class extends WebSocketClient {
      override connect(url: string, _options: WebSocketOptions, handlers: WebSocketHandlers): WebSocketConnection {
        return connect(url, handlers);
      }
    })();
  }

  get nowMs(): number {
    return Number(this.clock.now() / 1_000_000n);
  }

  override async request({ url }: HttpRequest): Promise<HttpResponse> {
    this.requests.push(url);
    if (url.includes('/time')) return json({ serverTime: this.venueMs() });
    if (url.includes('/exchangeInfo')) return json({ symbols: this.listing });
    return this.snapshotAnswer();
  }
  get snapshotRequests(): number {
    return this.requests.filter((url) => url.includes('/depth')).length;
  }

  #connect(url: string, handlers: WebSocketHandlers): WebSocketConnection {
    this.urls.push(url);
    this.socket = handlers;
    const isOpen = (): boolean => this.socket === handlers;
    return {
      send: () => true,
      ping: () => {
        this.pings += 1;
      },
      close: () => {
        this.closes += 1;
        if (isOpen()) this.socket = undefined;
      },
      get isOpen() {
        return isOpen();
      },
    };
  }

  frame(stream: string, data: unknown): void {
    this.socket?.onMessage(JSON.stringify({ stream: `btcusdt@${stream}`, data }));
  }
  diff(
    first: number,
    last: number,
    bids: unknown = [],
    asks: unknown = [],
    changes: Readonly<Record<string, unknown>> = {},
  ): void {
    this.frame('depth@100ms', {
      e: 'depthUpdate',
      E: this.nowMs,
      s: 'BTCUSDT',
      U: first,
      u: last,
      b: bids,
      a: asks,
      ...changes,
    });
  }
}

export const json = (body: unknown): HttpResponse => ({ status: 200, headers: {}, body: JSON.stringify(body) });

export interface Seen extends MarketDataHandlers {
  readonly books: BookSnapshot[];
  readonly feeds: FeedState[];
  readonly trades: MarketTrade[];
  readonly states: MarketState[];
  readonly instruments: Instrument[];
  readonly raw: string[];
}

export function handlers(): Seen {
  const seen = {
    books: [] as BookSnapshot[],
    feeds: [] as FeedState[],
    trades: [] as MarketTrade[],
    states: [] as MarketState[],
    instruments: [] as Instrument[],
    raw: [] as string[],
  };
  return {
    ...seen,
    onBook: (book) => void seen.books.push(book),
    onFeedState: (feed) => void seen.feeds.push(feed),
    onTrade: (trade) => void seen.trades.push(trade),
    onMarketState: (state) => void seen.states.push(state),
    onCandle: () => undefined,
    onInstrument: (instrument) => void seen.instruments.push(instrument),
    onRawFrame: (_time, text) => void seen.raw.push(text),
  };
}

export interface FakeTime {
  readonly clock: Clock;
  readonly timers: Timers;
}

export function anAdapter(time: FakeTime, random: Random, options: Partial<BinanceMarketDataOptions> = {}) {
  const venue = new FakeBinance(time.clock);
  const seen = handlers();
  const adapter = new BinanceMarketData(
    { market: BINANCE_SPOT, symbols: ['BTCUSDT'], ...options },
    { http: venue, sockets: venue.sockets, clock: time.clock, timers: time.timers, random, logger: new SilentLogger() },
  );
  const id =
    `${options.market?.venue ?? 'binance'}_BTC-USDT${options.market?.chain === 'linked' ? '-PERP' : ''}` as InstrumentId;
  return { venue, seen, adapter, id };
}
