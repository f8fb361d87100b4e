import {
  bookCodec,
  bookRequestCodec,
  emptyCodec,
  feedsPageCodec,
  feedsRequestCodec,
  instrumentsPageCodec,
  instrumentsRequestCodec,
  reconnectVenueCodec,
  serviceStatusCodec,
  serviceStatusRequestCodec,
  subjects,
} from '@argosy/contracts';
import { requestRoute, type Route } from '@argosy/platform-port';
import type { MarketDataService } from './market-data.service.js';

/** Every subject market-data listens to, one row each. */
export const marketDataRoutes = (service: MarketDataService): readonly Route[] => [
  requestRoute({
    pattern: subjects.marketInstruments,
    ask: instrumentsRequestCodec,
    answer: instrumentsPageCodec,
    handle: (question) => service.instruments(question),
  }),
  requestRoute({
    pattern: subjects.marketFeeds,
    ask: feedsRequestCodec,
    answer: feedsPageCodec,
    handle: () => service.feeds(),
  }),
  requestRoute({
    pattern: subjects.marketBookQuery,
    ask: bookRequestCodec,
    answer: bookCodec,
    handle: (question) => service.book(question),
  }),
  requestRoute({
    pattern: subjects.marketReconnect,
    ask: reconnectVenueCodec,
    answer: emptyCodec,
    handle: (command) => service.reconnect(command),
  }),
  requestRoute({
    pattern: subjects.serviceStatus('market-data'),
    ask: serviceStatusRequestCodec,
    answer: serviceStatusCodec,
    handle: () => service.status(),
  }),
];
