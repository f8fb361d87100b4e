import { type Instrument, type InstrumentId, type TimeNs, type Venue } from '@argosy/domain';
import { type MarketDataHandlers, MarketDataVenue } from '@argosy/venue-port';
import {
  connectionSettings,
  type ConnectionSettings,
  FRAME_BYTES_MAX,
  type HyperliquidMarketDataConfig,
  type HyperliquidPorts,
  setting,
  STALE_AFTER_MS,
} from '../config.js';
import { InstrumentDirectory } from '../instrument-directory.js';
import { ClockOffset } from '../transport/clock-offset.js';
import { InfoClient } from '../transport/info-client.js';
import { RefusalLog } from '../transport/refusal-log.js';
import { VenueSocket } from '../transport/venue-socket.js';
import { shown } from '../wire/field.js';
import { type Frame, parseFrame, readable } from '../wire/frame.js';
import { coinOf } from '../wire/public-frames.js';
import { CoinFeed, type CoinFeedOwner } from './coin-feed.js';

/** Anybody may ask for an account's state; the empty account's answer carries the venue's time all the same. */
const NOBODY = '0x0000000000000000000000000000000000000000';
const SUBSCRIPTIONS = ['l2Book', 'trades', 'activeAssetCtx', 'candle'] as const;
/** Channels whose messages change nothing. */
const SAYS_NOTHING: ReadonlySet<string> = new Set(['subscriptionResponse', 'greeting']);
const CANDLE_INTERVAL = '1m';
const STALE_MS_MIN = 250;
const STALE_MS_MAX = 60_000;

const NO_HANDLERS: MarketDataHandlers = {
  onBook: () => undefined,
  onTrade: () => undefined,
  onMarketState: () => undefined,
  onCandle: () => undefined,
  onFeedState: () => undefined,
  onInstrument: () => undefined,
};

/** Public data of Hyperliquid's perpetuals over one websocket. */
export class HyperliquidMarketData extends MarketDataVenue {
  override readonly venue: Venue = 'hyperliquid';
  private handlers: MarketDataHandlers = NO_HANDLERS;
  private readonly owner: CoinFeedOwner;
  private readonly settings: ConnectionSettings;
  private readonly directory: InstrumentDirectory;
  private readonly clockOffset: ClockOffset;
  private readonly socket: VenueSocket;
  private readonly refusals: RefusalLog;
  private readonly subscriptions: readonly string[];
  private readonly feeds = new Map<string, CoinFeed>();

  /** @throws RangeError for a setting out of its bounds. */
  constructor(
    config: HyperliquidMarketDataConfig,
    private readonly ports: HyperliquidPorts,
  ) {
    super();
    const { clock, logger } = ports;
    this.settings = connectionSettings(config);
    this.subscriptions = config.bestPrices === true ? [...SUBSCRIPTIONS, 'bbo'] : SUBSCRIPTIONS;
    this.owner = {
      ports,
      staleAfterMs: setting('staleAfterMs', config.staleAfterMs ?? STALE_AFTER_MS, STALE_MS_MIN, STALE_MS_MAX),
      handlers: () => this.handlers,
      offsetMs: () => this.clockOffset.current()?.offsetMs,
      doubtOffset: () => this.clockOffset.doubt(),
      recover: (feed) => this.recover(feed),
      refused: (reason) => this.refused(reason),
    };
    const info = new InfoClient(ports.http, {
      apiUrl: this.settings.apiUrl,
      timeoutMs: this.settings.requestTimeoutMs,
    });
    this.directory = new InstrumentDirectory(info, ports, this.settings.knownInstruments);
    this.clockOffset = new ClockOffset(info, NOBODY, clock, logger);
    this.refusals = new RefusalLog(logger, 'frame_refused');
    const { wsUrl: url, pingIntervalMs, pongTimeoutMs, connectTimeoutMs } = this.settings;
    this.socket = new VenueSocket(
      { url, pingIntervalMs, pongTimeoutMs, connectTimeoutMs, maxFrameBytes: FRAME_BYTES_MAX },
      ports,
      {
        onOpen: () => this.onOpen(),
        onMessage: (text) => this.onMessage(text),
        onDown: (reason) => {
          for (const feed of this.feeds.values()) feed.disconnected(reason);
        },
      },
    );
  }

  override instruments(): Promise<readonly Instrument[]> {
    return this.directory.load();
  }

  override async start(instruments: readonly InstrumentId[], handlers: MarketDataHandlers): Promise<void> {
    const catalogue = await this.directory.ready();
    const listings = instruments.map((id) => {
      const listing = catalogue.find(id);
      if (listing === undefined) throw new RangeError(`unknown instrument '${id}'`);
      return listing;
    });
    this.handlers = handlers;
    for (const listing of listings) this.feeds.set(listing.instrument.venueSymbol, new CoinFeed(listing, this.owner));
    for (const feed of this.feeds.values()) feed.begin();
    this.directory.watch(this.ports.timers, this.settings.instrumentRefreshMs, (instrument) =>
      this.onInstrument(instrument),
    );
    void this.clockOffset.start(this.ports.timers, this.settings.clockSampleMs);
    this.socket.start();
  }

  override reconnect(): void {
    this.socket.reconnect('asked to');
  }

  override async stop(): Promise<void> {
    this.socket.stop();
    this.directory.stop();
    this.clockOffset.stop();
    for (const feed of this.feeds.values()) feed.stop();
    this.feeds.clear();
    this.handlers = NO_HANDLERS;
    await Promise.resolve();
  }

  /** One silent feed among live ones is its subscription's fault; all silent is the connection's. */
  private recover(feed: CoinFeed): void {
    const othersLive = [...this.feeds.values()].some((other) => other.isLive);
    if (!othersLive) return this.socket.reconnect('no feed has a good book');
    this.subscription('unsubscribe', feed.coin);
    this.subscription('subscribe', feed.coin);
  }

  private refused(reason: string): void {
    this.refusals.note(reason);
    this.directory.hint();
  }

  private onOpen(): void {
    for (const feed of this.feeds.values()) {
      this.subscription('subscribe', feed.coin);
      feed.syncing();
    }
  }

  private subscription(method: 'subscribe' | 'unsubscribe', coin: string): void {
    for (const type of this.subscriptions) {
      const subscription = type === 'candle' ? { type, coin, interval: CANDLE_INTERVAL } : { type, coin };
      // A send that fails means a full or closed socket, which closes or goes stale by itself.
      this.socket.send(JSON.stringify({ method, subscription }));
    }
  }

  private onInstrument(instrument: Instrument): void {
    const listing = this.directory.catalogue.find(instrument.id);
    const feed = this.feeds.get(instrument.venueSymbol);
    if (listing !== undefined) feed?.instrumentChanged(instrument, listing);
    this.handlers.onInstrument(instrument);
  }

  private onMessage(text: string): void {
    const receivedTimeNs = this.ports.clock.now();
    this.handlers.onRawFrame?.(receivedTimeNs, text);
    const frame = readable(() => parseFrame(text));
    if (!frame.ok) return this.refused(frame.reason);
    this.onFrame(frame.value, receivedTimeNs);
  }

  private onFrame({ channel, data }: Frame, receivedTimeNs: TimeNs): void {
    if (channel === 'pong') return this.socket.pong();
    if (SAYS_NOTHING.has(channel)) return;
    if (channel === 'error') return this.refusals.note(`venue error: ${shown(data)}`);
    const coin = coinOf(data);
    const feed = this.feeds.get(coin ?? '');
    if (feed !== undefined) return this.dispatch(channel, feed, data, receivedTimeNs);
    // The venue sends an empty list of trades where there were none.
    if (channel === 'trades' && Array.isArray(data) && data.length === 0) return;
    this.refusals.note(`${shown(channel)} for ${coin === undefined ? 'no coin' : shown(coin)}`);
  }

  private dispatch(channel: string, feed: CoinFeed, data: unknown, receivedTimeNs: TimeNs): void {
    switch (channel) {
      case 'l2Book':
        return feed.onBook(data, receivedTimeNs);
      case 'bbo':
        return feed.onBestPrices(data, receivedTimeNs);
      case 'trades':
        return feed.onTrades(data, receivedTimeNs);
      case 'activeAssetCtx':
        return feed.onMarketState(data, receivedTimeNs);
      case 'candle':
        return feed.onCandle(data);
      default:
        return this.refusals.note(`unknown channel '${channel.slice(0, 40)}'`);
    }
  }
}
