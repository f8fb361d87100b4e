import {
  emptyCodec,
  type FeedsPage,
  feedsPageCodec,
  feedsRequestCodec,
  reconnectVenueCodec,
  subjects,
} from '@argosy/contracts';
import type { Answer } from '../no.js';
import { STATUS_MS_MAX, type FleetAsker } from './fleet-asker.js';

/** Feeds. */
export class MarketDataClient {
  constructor(private readonly asker: FleetAsker) {}

  feeds = (): Promise<Answer<FeedsPage>> =>
    this.asker.query({
      to: 'market-data',
      subject: subjects.marketFeeds,
      ask: feedsRequestCodec,
      answer: feedsPageCodec,
      message: {},
      timeoutMs: STATUS_MS_MAX,
    });
  reconnect = (venue: string): Promise<Answer<unknown>> =>
    this.asker.command({
      to: 'market-data',
      subject: subjects.marketReconnect,
      ask: reconnectVenueCodec,
      answer: emptyCodec,
      message: { venue },
    });
}
