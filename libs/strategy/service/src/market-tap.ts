import {
  bookCodec,
  candleCodec,
  feedStateCodec,
  instrumentChangedCodec,
  marketStateCodec,
  marketTradeCodec,
  subjects,
} from '@argosy/contracts';
import type { Book, Clock, FeedState, Instrument, InstrumentId, Timer, Timers } from '@argosy/domain';
import type { Codec, MessageBus, Subscription, TraceContext } from '@argosy/platform-port';
import type { MarketEventKind, StrategyEvent } from '@argosy/strategy-api';

/** Market-data says each second how a feed is; three missed words are silence. */
const SILENCE_MS = 3_500;
const SILENCE_CHECK_MS = 250;
const TRADE_QUEUE_LIMIT = 1_000;
const ONE_KEY = { keyLimit: 1 };

export type MarketSink = (event: StrategyEvent, trace?: TraceContext) => void;

export interface TapPorts {
  readonly bus: MessageBus;
  readonly clock: Clock;
  readonly timers: Timers;
}

interface Follower {
  readonly wants: ReadonlySet<MarketEventKind>;
  readonly sink: MarketSink;
}

/** One instrument, decoded once for everybody who follows it. */
class Channel {
  readonly followers = new Set<Follower>();
  private readonly subscriptions: Subscription[] = [];
  private book: Book | undefined;
  private feed: FeedState | undefined;
  private isSilent = false;
  private heardMs: number;

  constructor(
    private readonly instrument: Instrument,
    private readonly levelsMax: number,
    private readonly ports: TapPorts,
  ) {
    this.heardMs = ports.clock.monotonicMs();
    const { venue, symbol } = instrument;
    this.newest(subjects.marketBook(venue, symbol), bookCodec, (book, trace) => {
      this.book = this.shallow(book);
      this.tell({ kind: 'book', at: this.now, book: this.book }, trace);
    });
    this.newest(subjects.marketFeed(venue, symbol), feedStateCodec, (feed) => this.sawFeed(feed));
    this.newest(subjects.marketInstrument(venue, symbol), instrumentChangedCodec, (changed) =>
      this.tell({ kind: 'instrument', at: this.now, instrument: changed }),
    );
    this.newest(subjects.marketState(venue, symbol), marketStateCodec, (state) =>
      this.tell({ kind: 'market_state', at: this.now, state }),
    );
    this.newest(subjects.marketCandle(venue, symbol), candleCodec, (candle) =>
      this.tell({ kind: 'candle', at: this.now, candle }),
    );
    this.subscriptions.push(
      ports.bus.subscribe(
        subjects.marketTrade(venue, symbol),
        marketTradeCodec,
        { queueLimit: TRADE_QUEUE_LIMIT },
        (trade) => this.tell({ kind: 'trade', at: this.now, trade }),
      ),
    );
  }

  /** A newcomer hears first what is known, as long as it is still true. */
  join(follower: Follower): void {
    this.followers.add(follower);
    const { book, feed } = this;
    if (feed !== undefined) follower.sink({ kind: 'feed', at: this.now, feed });
    if (book !== undefined && !this.isSilent && feed?.state === 'live' && follower.wants.has('book'))
      follower.sink({ kind: 'book', at: this.now, book });
  }

  /** Nobody says anything: whatever was known is not known any more (I-30). */
  checkSilence(): void {
    if (this.isSilent || this.ports.clock.monotonicMs() - this.heardMs <= SILENCE_MS) return;
    this.isSilent = true;
    const { id, venue } = this.instrument;
    const reason = 'market-data says nothing';
    this.tell({
      kind: 'feed',
      at: this.now,
      feed: { venue, instrumentId: id, state: 'disconnected', reason, sinceNs: this.now },
    });
  }

  close(): void {
    for (const subscription of this.subscriptions) subscription.close();
  }

  private get now(): StrategyEvent['at'] {
    return this.ports.clock.now();
  }

  private sawFeed(feed: FeedState): void {
    const before = this.feed;
    this.feed = feed;
    // Repeated each second for those who have just come; the others know it.
    if (before?.state === feed.state && before.reason === feed.reason) return;
    this.tell({ kind: 'feed', at: this.now, feed });
  }

  private shallow(book: Book): Book {
    const { levelsMax } = this;
    if (book.bids.length <= levelsMax && book.asks.length <= levelsMax) return book;
    return { ...book, bids: book.bids.slice(0, levelsMax), asks: book.asks.slice(0, levelsMax) };
  }

  private tell(event: StrategyEvent, trace?: TraceContext): void {
    const always = event.kind === 'feed' || event.kind === 'instrument';
    for (const { wants, sink } of [...this.followers])
      if (always || wants.has(event.kind as MarketEventKind)) sink(event, trace);
  }

  private newest<T>(subject: string, codec: Codec<T>, take: (message: T, trace?: TraceContext) => void): void {
    this.subscriptions.push(
      this.ports.bus.subscribeNewest(subject, codec, ONE_KEY, (message, { trace }) => {
        this.heardMs = this.ports.clock.monotonicMs();
        if (this.isSilent) this.speaksAgain();
        take(message, trace);
      }),
    );
  }

  private speaksAgain(): void {
    this.isSilent = false;
    if (this.feed !== undefined) this.tell({ kind: 'feed', at: this.now, feed: this.feed });
  }
}

const EVERYTHING: readonly MarketEventKind[] = ['book', 'trade', 'market_state', 'candle'];

/** Market data for strategies: each instrument is subscribed while somebody follows it, conflated to the newest. */
export class MarketTap {
  private readonly channels = new Map<InstrumentId, Channel>();
  private checking: Timer | undefined;

  constructor(
    private readonly levelsMax: number,
    private readonly ports: TapPorts,
  ) {}

  start(): void {
    this.checking = this.ports.timers.every(SILENCE_CHECK_MS, () => {
      for (const channel of this.channels.values()) channel.checkSilence();
    });
  }

  stop(): void {
    this.checking?.cancel();
    for (const channel of this.channels.values()) channel.close();
    this.channels.clear();
  }

  /** Returns how to stop following. */
  follow(instrument: Instrument, wants: readonly MarketEventKind[] | undefined, sink: MarketSink): () => void {
    const channel = this.channels.get(instrument.id) ?? new Channel(instrument, this.levelsMax, this.ports);
    this.channels.set(instrument.id, channel);
    const follower = { wants: new Set(wants ?? EVERYTHING), sink };
    channel.join(follower);
    return () => {
      channel.followers.delete(follower);
      if (channel.followers.size > 0 || this.channels.get(instrument.id) !== channel) return;
      this.channels.delete(instrument.id);
      channel.close();
    };
  }
}
