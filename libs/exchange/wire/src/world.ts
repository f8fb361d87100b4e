import type { CommandBody, ExchangeSnapshot } from '@argosy/exchange-core';
import type { ReferenceFeed } from './binance/reference-feed.js';
import type { StreamHub } from './binance/stream-hub.js';
import type { ExchangeHost } from './exchange-host.js';
import type { CommandJournal } from './journal/command-journal.js';
import type { MarketDriver } from './market-driver.js';

/** An exchange together with the market that moves it. */
export interface World {
  readonly host: ExchangeHost;
  readonly hub: StreamHub;
  readonly driver: MarketDriver;
  readonly feed: ReferenceFeed;
  /** Commands that a new exchange starts with; none for one that was loaded. */
  readonly opening: readonly CommandBody[];
  /** From now on commands are written to `journal`. */
  connect(journal: CommandJournal): ExchangeHost;
  /** Everything at this moment. */
  snapshot(): { readonly mark: number; readonly exchange: ExchangeSnapshot; readonly market: unknown };
}
