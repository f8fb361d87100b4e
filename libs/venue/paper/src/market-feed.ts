import {
  bookCodec,
  instrumentChangedCodec,
  instrumentsPageCodec,
  instrumentsRequestCodec,
  marketStateCodec,
  marketTradeCodec,
  patterns,
  subjects,
} from '@argosy/contracts';
import {
  type Book,
  describeRefusal,
  Fault,
  type Instrument,
  type MarketState,
  type MarketTrade,
  type Venue,
} from '@argosy/domain';
import type { MessageBus, Subscription } from '@argosy/platform-port';

const QUEUE_LIMIT = 20_000;
const QUERY_TIMEOUT_MS = 2_000;

export interface MarketListener {
  onBook(book: Book): void;
  onTrade(trade: MarketTrade): void;
  onState(state: MarketState): void;
  onInstrument(instrument: Instrument): void;
  /** Something was lost: whatever is known may be old. */
  onLoss(why: string): void;
}

/** One venue's public data as market-data publishes it; books and trades in the order they were sent. */
export class MarketFeed {
  private subscriptions: readonly Subscription[] = [];

  constructor(
    private readonly bus: MessageBus,
    private readonly venue: Venue,
  ) {}

  start(listener: MarketListener): void {
    const options = { queueLimit: QUEUE_LIMIT, onOverflow: () => listener.onLoss('market data came too fast') };
    const ours = (pattern: string): string => pattern.replace(/>$/, `${this.venue}.>`);
    const { bus } = this;
    this.subscriptions = [
      bus.subscribe(ours(patterns.everyBook), bookCodec, options, (book) => listener.onBook(book)),
      bus.subscribe(ours(patterns.everyMarketTrade), marketTradeCodec, options, (trade) => listener.onTrade(trade)),
      bus.subscribe(ours(patterns.everyMarketState), marketStateCodec, options, (state) => listener.onState(state)),
      bus.subscribe(ours(patterns.everyInstrument), instrumentChangedCodec, options, (instrument) => {
        if (instrument.venue === this.venue) listener.onInstrument(instrument);
      }),
    ];
    bus.onReconnect(() => {
      if (this.subscriptions.length > 0) listener.onLoss('the message bus was away');
    });
  }

  stop(): void {
    for (const subscription of this.subscriptions) subscription.close();
    this.subscriptions = [];
  }

  /** Never none. Faults: VENUE_UNAVAILABLE, whatever the reason. */
  async instruments(): Promise<readonly Instrument[]> {
    try {
      const answer = await this.bus.request(
        subjects.marketInstruments,
        instrumentsRequestCodec,
        instrumentsPageCodec,
        { venue: this.venue },
        { timeoutMs: QUERY_TIMEOUT_MS },
      );
      if (!answer.ok) throw new Fault('VENUE_UNAVAILABLE', `market-data refuses: ${describeRefusal(answer.refusal)}`);
      const ours = answer.value.filter(({ venue }) => venue === this.venue);
      // market-data answers before it has heard from the venue: a venue that lists nothing is one not yet known.
      if (ours.length === 0) throw new Fault('VENUE_UNAVAILABLE', `market-data lists nothing of ${this.venue} yet`);
      return ours;
    } catch (cause) {
      if (!(cause instanceof Fault) || cause.code === 'VENUE_UNAVAILABLE') throw cause;
      throw new Fault('VENUE_UNAVAILABLE', `no instruments from market-data: ${cause.message}`, { cause });
    }
  }
}
