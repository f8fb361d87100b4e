import { emptyCodec, feedsPageCodec, feedsRequestCodec, reconnectVenueCodec, subjects } from '@argosy/contracts';
import { ok } from '@argosy/domain';
import { A_MOMENT } from '@argosy/testing';
import type { Answers } from './fake-answers.js';

/** As much of market-data as the gateway can see: one feed that is live. */
export function serveMarketData(answers: Answers): void {
  answers('market-data', subjects.marketFeeds, feedsRequestCodec, feedsPageCodec, () =>
    ok({
      feeds: [
        {
          venue: 'hyperliquid',
          instrumentId: 'hyperliquid_BTC-PERP' as never,
          state: 'live',
          reason: '',
          sinceNs: A_MOMENT,
        },
      ],
      messagesPerSecond: 120.5,
    }),
  );
  answers('market-data', subjects.marketReconnect, reconnectVenueCodec, emptyCodec, () => ok({}));
}
