import {
  bookCodec,
  instrumentChangedCodec,
  instrumentsPageCodec,
  instrumentsRequestCodec,
  marketStateCodec,
  patterns,
  subjects,
} from '@argosy/contracts';
import { Fault, type Timers } from '@argosy/domain';
import type { MessageBus } from '@argosy/platform-port';
import type { MarketPicture } from './market-picture.js';

const INSTRUMENT_KEYS_MAX = 4_096;
const INSTRUMENT_RETRY_MS = 1_000;
const REQUEST_TIMEOUT_MS = 2_000;
const NEWEST = { keyLimit: INSTRUMENT_KEYS_MAX } as const;

/** Takes what market-data tells into the picture. Listens only, so a standby may do it as well as who leads. */
export class MarketFollower {
  private isFollowing = false;

  constructor(
    private readonly market: MarketPicture,
    private readonly bus: MessageBus,
    private readonly timers: Timers,
  ) {}

  /** Idempotent. */
  follow(): void {
    if (this.isFollowing) return;
    this.isFollowing = true;
    const { bus, market } = this;
    bus.subscribeNewest(patterns.everyBook, bookCodec, NEWEST, (book) => {
      market.sawBook(book);
    });
    bus.subscribeNewest(patterns.everyMarketState, marketStateCodec, NEWEST, (state) => {
      market.sawState(state);
    });
    bus.subscribeNewest(patterns.everyInstrument, instrumentChangedCodec, NEWEST, (instrument) => {
      market.sawInstrument(instrument);
    });
    bus.onReconnect(() => void this.readInstruments());
    void this.readInstruments();
  }

  private async readInstruments(): Promise<void> {
    try {
      const answer = await this.bus.request(
        subjects.marketInstruments,
        instrumentsRequestCodec,
        instrumentsPageCodec,
        { venue: '' },
        { timeoutMs: REQUEST_TIMEOUT_MS },
      );
      if (answer.ok && answer.value.length > 0) {
        for (const instrument of answer.value) this.market.sawInstrument(instrument);
        return;
      }
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
    }
    this.timers.after(INSTRUMENT_RETRY_MS, () => void this.readInstruments());
  }
}
