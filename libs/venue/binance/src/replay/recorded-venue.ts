import { type Clock, Fault } from '@argosy/domain';
import {
  HttpClient,
  type HttpRequest,
  type HttpResponse,
  WebSocketClient,
  type WebSocketConnection,
  type WebSocketHandlers,
  type WebSocketOptions,
} from '@argosy/platform-port';
import { type RecordingHead, splitSymbol } from './recording-head.js';

/** Snapshots kept for a symbol nobody has asked for yet: only the newest is of use. */
interface Shelf {
  newest?: string | undefined;
  waiting?: ((body: string) => void) | undefined;
}

const answer = (body: string): HttpResponse => ({ status: 200, headers: {}, body });
const step = (places: number): string => (places === 0 ? '1' : `0.${'0'.repeat(places - 1)}1`);

/** Binance as a recording remembers it: the sockets say what was recorded, REST answers with the recorded snapshots. */
export class RecordedVenue {
  readonly http: HttpClient;
  readonly sockets: WebSocketClient;
  readonly #shelves = new Map<string, Shelf>();
  #handlers: WebSocketHandlers | undefined;
  #opening = false;
  #requests = 0;

  constructor(
    private readonly head: RecordingHead,
    private readonly clock: Clock,
    private readonly steps?: { readonly tick: string; readonly lot: string },
  ) {
    const request = (asked: HttpRequest): Promise<HttpResponse> => this.#request(asked.url);
    const connect = (handlers: WebSocketHandlers): WebSocketConnection => this.#connect(handlers);
    this.http = new (class extends HttpClient {
      override request = request;
    })();
    this.sockets = new (class extends WebSocketClient {
      override connect(_url: string, _options: WebSocketOptions, handlers: WebSocketHandlers): WebSocketConnection {
        return connect(handlers);
      }
    })();
  }

  /** REST requests so far: after a new one, promises must settle before the next line. */
  get requests(): number {
    return this.#requests;
  }

  /** Opens a connection that was asked for. */
  open(): void {
    if (!this.#opening) return;
    this.#opening = false;
    this.#handlers?.onOpen();
  }

  say(text: string): void {
    this.#handlers?.onMessage(text);
  }

  snapshot(symbol: string | undefined, body: string): void {
    const shelf = this.#shelf(symbol ?? this.head.symbols[0] ?? '');
    const { waiting } = shelf;
    if (waiting === undefined) shelf.newest = body;
    else {
      shelf.waiting = undefined;
      this.#requests += 1;
      waiting(body);
    }
  }

  #shelf(symbol: string): Shelf {
    const shelf = this.#shelves.get(symbol) ?? {};
    this.#shelves.set(symbol, shelf);
    return shelf;
  }

  #connect(handlers: WebSocketHandlers): WebSocketConnection {
    this.#handlers = handlers;
    this.#opening = true;
    const isCurrent = (): boolean => this.#handlers === handlers;
    const close = (): void => {
      if (isCurrent()) this.#handlers = undefined;
    };
    return {
      send: () => true,
      ping: () => undefined,
      close,
      get isOpen() {
        return isCurrent();
      },
    };
  }

  #request(url: string): Promise<HttpResponse> {
    this.#requests += 1;
    const { pathname, searchParams } = new URL(url);
    if (pathname.endsWith('/time')) return Promise.resolve(answer(JSON.stringify({ serverTime: this.#venueMs() })));
    if (pathname.endsWith('/exchangeInfo'))
      return Promise.resolve(
        answer(JSON.stringify({ symbols: this.head.symbols.map((symbol) => this.#listing(symbol)) })),
      );
    if (!pathname.endsWith('/depth'))
      return Promise.reject(new Fault('VENUE_REFUSED', `a recording has no '${pathname}'`));
    return this.#depth(searchParams.get('symbol') ?? '');
  }

  #depth(symbol: string): Promise<HttpResponse> {
    const shelf = this.#shelf(symbol);
    const { newest } = shelf;
    shelf.newest = undefined;
    if (newest !== undefined) return Promise.resolve(answer(newest));
    return new Promise((resolve) => {
      shelf.waiting = (body) => {
        resolve(answer(body));
      };
    });
  }

  /** The exchange's clock at this moment of the recording. */
  #venueMs(): number {
    return Math.round(Number(this.clock.now() / 1_000n) / 1_000 + this.head.offsetMs);
  }

  #listing(symbol: string): unknown {
    const { base, quote } = splitSymbol(symbol);
    return {
      symbol,
      status: 'TRADING',
      contractType: 'PERPETUAL',
      baseAsset: base,
      quoteAsset: quote,
      filters: [
        { filterType: 'PRICE_FILTER', tickSize: this.steps?.tick ?? step(this.head.places.price) },
        { filterType: 'LOT_SIZE', stepSize: this.steps?.lot ?? step(this.head.places.size) },
      ],
    };
  }
}
