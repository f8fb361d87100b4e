import {
  type Clock,
  type Instrument,
  type InstrumentId,
  type Random,
  type Timer,
  type Timers,
  type Venue,
} from '@argosy/domain';
import { STALE_AFTER_MS } from '@argosy/market-data-core';
import type { HttpClient, Logger, WebSocketClient, WebSocketConnection } from '@argosy/platform-port';
import { type MarketDataHandlers, MarketDataVenue, reconnectDelayMs } from '@argosy/venue-port';
import type { BinanceMarket } from './binance-market.js';
import { BinanceRest } from './binance-rest.js';
import { ClockSampling } from './clock-sampling.js';
import { decodeFrame, FRAME_CHARACTERS_MAX } from './decode-frame.js';
import { type Arrival, type FeedHost, InstrumentFeed } from './instrument-feed.js';
import { InstrumentList } from './instrument-list.js';
import { SnapshotRequests } from './snapshot-requests.js';
import { type BinanceStatistics, noStatistics } from './statistics.js';

export interface BinanceMarketDataOptions {
  readonly market: BinanceMarket;
  /** Hosts other than the exchange's own, without a path: the simulated exchange. */
  readonly restUrl?: string;
  readonly webSocketUrl?: string;
  /** After `<symbol>@`, e.g. `depth@0ms` as recorded on USD-M. */
  readonly streams?: readonly string[];
  /** Binance's names of the symbols to list; all when absent. */
  readonly symbols?: readonly string[];
  /** Levels a side in every book handed on. */
  readonly levels?: number;
  readonly staleAfterMs?: number;
  /** A connection without any frame for so long is half-open and is cut. */
  readonly silenceMs?: number;
}

export interface BinancePorts {
  readonly http: HttpClient;
  readonly sockets: WebSocketClient;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly logger: Logger;
}

const LEVELS = 20;
const SILENCE_MS = 10_000;
const FRESHNESS_CHECK_MS = 50;
const REPORT_MS = 1_000;
const PING_MS = 20_000;
/** Binance cuts every connection after 24 h; ours goes an hour earlier, at a moment we know. */
const SESSION_MS_MAX = 23 * 3_600_000;
const CONNECT_TIMEOUT_MS = 10_000;
/** The venue allows 1,024 streams a connection. */
const STREAMS_MAX = 1_024;
/** Unreadable frames logged a connection; all of them are counted. */
const UNREADABLE_LOGGED_MAX = 20;
const NORMAL_CLOSE = 1_000;

/** One socket and the timers that live as long as it does. */
interface Session {
  connection: WebSocketConnection | undefined;
  readonly timers: Timer[];
  lastFrameMs: number;
  unreadable: number;
}

/** Binance's public data, spot or USD-M, over combined streams and REST snapshots. Text it cannot read changes nothing. */
export class BinanceMarketData extends MarketDataVenue {
  override readonly venue: Venue;
  readonly #rest: BinanceRest;
  readonly #list: InstrumentList;
  readonly #snapshots: SnapshotRequests;
  readonly #sampling: ClockSampling;
  readonly #statistics = noStatistics();
  readonly #feeds = new Map<string, InstrumentFeed>();
  #handlers: MarketDataHandlers | undefined;
  #session: Session | undefined;
  #retry: Timer | undefined;
  #attempts = 0;
  #running = false;

  constructor(
    private readonly options: BinanceMarketDataOptions,
    private readonly ports: BinancePorts,
  ) {
    super();
    const { market } = options;
    this.venue = market.venue;
    this.#rest = new BinanceRest(options.restUrl ?? market.restUrl, ports.http, ports.clock);
    this.#list = new InstrumentList(market, this.#rest, options.symbols ?? []);
    this.#snapshots = new SnapshotRequests(
      market,
      { rest: this.#rest, timers: ports.timers, random: ports.random },
      (feed, text) => this.#recordSnapshot(feed, text),
      (feed, fault) =>
        ports.logger.warning('snapshot_failed', {
          venue: this.venue,
          instrument: feed.instrument.id,
          code: fault.code,
          reason: fault.message,
        }),
    );
    this.#sampling = new ClockSampling(`${market.restPath}/time`, this.#rest, ports.clock, ports.timers, (fault) =>
      ports.logger.warning('venue_time_failed', { venue: this.venue, code: fault.code, reason: fault.message }),
    );
  }

  get statistics(): BinanceStatistics {
    return { ...this.#statistics };
  }

  /** Reads the listing; changes of running instruments also go to the handlers, their books start anew. */
  override async instruments(): Promise<readonly Instrument[]> {
    const { all, changed } = await this.#list.refresh();
    for (const instrument of changed) {
      const feed = this.#feeds.get(streamSymbol(instrument));
      if (feed === undefined || this.#handlers === undefined) continue;
      this.#handlers.onInstrument(instrument);
      feed.onInstrument(instrument);
    }
    return all;
  }

  override async start(instruments: readonly InstrumentId[], handlers: MarketDataHandlers): Promise<void> {
    if (this.#running) throw new RangeError(`${this.venue} is already started`);
    if (this.#list.isEmpty) await this.#list.refresh();
    const wanted = instruments.map((id) => {
      const instrument = this.#list.get(id);
      if (instrument === undefined) throw new RangeError(`${this.venue} lists no instrument '${id}'`);
      return instrument;
    });
    if (wanted.length * this.#streams.length > STREAMS_MAX)
      throw new RangeError(`${String(wanted.length)} instruments need more than ${String(STREAMS_MAX)} streams`);
    this.#handlers = handlers;
    this.#running = true;
    const host = this.#host(handlers);
    for (const instrument of wanted) this.#feeds.set(streamSymbol(instrument), new InstrumentFeed(host, instrument));
    for (const feed of this.#feeds.values()) feed.report();
    if (wanted.length > 0) this.#connect();
  }

  override reconnect(): void {
    if (!this.#running || this.#feeds.size === 0) return;
    this.#attempts = 0;
    this.#drop('reconnecting on command');
    this.#connect();
  }

  override stop(): Promise<void> {
    this.#running = false;
    this.#drop('stopped');
    this.#feeds.clear();
    this.#handlers = undefined;
    return Promise.resolve();
  }

  get #streams(): readonly string[] {
    return this.options.streams ?? this.options.market.streams;
  }

  #host(handlers: MarketDataHandlers): FeedHost {
    const { options, ports } = this;
    const sampling = this.#sampling;
    return {
      market: options.market,
      handlers,
      statistics: this.#statistics,
      get venueClock() {
        return sampling.venueClock;
      },
      levels: options.levels ?? LEVELS,
      staleAfterMs: options.staleAfterMs ?? STALE_AFTER_MS,
      now: () => ({ timeNs: ports.clock.now(), ms: ports.clock.monotonicMs() }),
      requestSnapshot: (feed) => this.#snapshots.request(feed),
      unreadable: (reason) => this.#unreadable(reason),
      doubtClock: () => sampling.doubt(),
    };
  }

  #connect(): void {
    const { ports } = this;
    const session: Session = {
      connection: undefined,
      timers: [],
      lastFrameMs: ports.clock.monotonicMs(),
      unreadable: 0,
    };
    this.#session = session;
    const names = [...this.#feeds.keys()].flatMap((symbol) => this.#streams.map((stream) => `${symbol}@${stream}`));
    const url = `${this.options.webSocketUrl ?? this.options.market.webSocketUrl}/stream?streams=${names.join('/')}`;
    const limits = { connectTimeoutMs: CONNECT_TIMEOUT_MS, maxFrameBytes: FRAME_CHARACTERS_MAX };
    // Handlers of a dropped session are deaf: what an old socket still says must not reach a new book.
    session.connection = ports.sockets.connect(url, limits, {
      onOpen: () => {
        if (this.#session === session) this.#onOpen(session);
      },
      onMessage: (text) => {
        if (this.#session === session) this.#onMessage(session, text);
      },
      onClose: (code, reason) => {
        if (this.#session === session) this.#onClose(describeClose(code, reason));
      },
    });
  }

  #onOpen(session: Session): void {
    const { clock, timers, logger } = this.ports;
    this.#statistics.connections += 1;
    session.lastFrameMs = clock.monotonicMs();
    logger.info('venue_connected', { venue: this.venue, instruments: this.#feeds.size });
    session.timers.push(
      timers.every(FRESHNESS_CHECK_MS, () => this.#check(session)),
      timers.every(REPORT_MS, () => this.#report()),
      timers.every(PING_MS, () => session.connection?.ping()),
      timers.after(SESSION_MS_MAX, () => this.#renew('the session is about to reach its day')),
    );
    for (const feed of this.#feeds.values()) feed.onConnected();
    this.#sampling.restart();
  }

  #onMessage(session: Session, text: string): void {
    const arrival: Arrival = { timeNs: this.ports.clock.now(), ms: this.ports.clock.monotonicMs() };
    session.lastFrameMs = arrival.ms;
    this.#statistics.messages += 1;
    this.#handlers?.onRawFrame?.(arrival.timeNs, text);
    const decoded = decodeFrame(text);
    if (decoded.kind === 'unreadable') return this.#unreadable(decoded.reason);
    if (decoded.kind === 'shutdown') return this.#renew('the venue announced its shutdown');
    if (decoded.kind === 'notice') return;
    const feed = this.#feeds.get(decoded.frame.symbol);
    if (feed === undefined) return this.#unreadable(`unknown symbol '${decoded.frame.symbol.slice(0, 40)}'`);
    feed.onFrame(decoded.frame, arrival);
    if (feed.state === 'live') this.#attempts = 0;
  }

  /** A planned change of connection: no backoff, the venue is well. */
  #renew(reason: string): void {
    this.ports.logger.info('venue_session_renewed', { venue: this.venue, reason });
    this.#drop(reason);
    if (this.#running) this.#connect();
  }

  #onClose(reason: string): void {
    this.#drop(reason);
    const delayMs = reconnectDelayMs(this.#attempts, this.ports.random);
    this.#attempts += 1;
    this.ports.logger.warning('venue_disconnected', { venue: this.venue, reason, retryInMs: delayMs });
    this.#retry = this.ports.timers.after(delayMs, () => this.#connect());
  }

  #drop(reason: string): void {
    const session = this.#session;
    this.#session = undefined;
    this.#retry?.cancel();
    this.#retry = undefined;
    this.#snapshots.stop();
    this.#sampling.stop();
    if (session === undefined) return;
    for (const timer of session.timers) timer.cancel();
    session.connection?.close(NORMAL_CLOSE);
    for (const feed of this.#feeds.values()) feed.onDisconnected(reason);
  }

  #check(session: Session): void {
    const nowMs = this.ports.clock.monotonicMs();
    for (const feed of this.#feeds.values()) feed.checkFreshness(nowMs);
    const silentMs = nowMs - session.lastFrameMs;
    const limitMs = (this.options.silenceMs ?? SILENCE_MS) * Math.max(1, 1 / this.#sampling.venueClock.rate);
    if (silentMs > limitMs) this.#onClose(`silent for ${String(Math.round(silentMs))} ms`);
  }

  #report(): void {
    for (const feed of this.#feeds.values()) feed.report();
  }

  #unreadable(reason: string): void {
    this.#statistics.unreadable += 1;
    const session = this.#session;
    if (session === undefined) return;
    session.unreadable += 1;
    if (session.unreadable <= UNREADABLE_LOGGED_MAX)
      this.ports.logger.warning('frame_unreadable', { venue: this.venue, reason });
  }

  /** A snapshot does not say whose it is: with several symbols a recording names it as a stream of its own. */
  #recordSnapshot(feed: InstrumentFeed, text: string): void {
    if (this.#handlers?.onRawFrame === undefined) return;
    const line = text.replaceAll(/[\r\n]+/g, ' ');
    const named =
      this.#feeds.size === 1 ? line : `{"stream":"${streamSymbol(feed.instrument)}@depthSnapshot","data":${line}}`;
    this.#handlers.onRawFrame(this.ports.clock.now(), named);
  }
}

const describeClose = (code: number, reason: string): string =>
  `closed with ${String(code)}${reason === '' ? '' : `: ${reason.slice(0, 120)}`}`;
const streamSymbol = ({ venueSymbol }: Instrument): string => venueSymbol.toLowerCase();
