import type { Clock, Timers } from '@argosy/domain';
import {
  Exchange,
  type ExchangeSnapshot,
  type SyntheticConfig,
  SyntheticMarket,
  type SyntheticSnapshot,
} from '@argosy/exchange-core';
import { StreamHub } from '../binance/stream-hub.js';
import { ExchangeHost } from '../exchange-host.js';
import { exchangeRules, type RulesOptions } from '../exchange-rules.js';
import { SwitchedJournal } from '../journal/switched-journal.js';
import type { World } from '../world.js';
import { SyntheticDriver } from './synthetic-driver.js';
import { referenceSymbols } from './synthetic-world.js';

export interface SyntheticOptions {
  readonly market: SyntheticConfig;
  readonly rules: Omit<RulesOptions, 'recorded'>;
  /** Market time against protocol time. */
  readonly speed: number;
  /** How often the market is moved; a market step is 50 ms long, so that more often shows nothing new. */
  readonly tickMs?: number;
}

/** What a synthetic exchange goes on from. */
export interface SyntheticState {
  readonly exchange: ExchangeSnapshot;
  readonly market: SyntheticSnapshot;
}

/** A seeded market and its exchange, whose commands since the saved state may still have to be executed. */
export interface OpenedSynthetic {
  readonly market: SyntheticMarket;
  readonly exchange: Exchange;
  /** Once everything that was written down is executed again. */
  readonly world: (isNew: boolean) => World;
}

export function openSynthetic(
  options: SyntheticOptions,
  ports: { readonly clock: Clock; readonly timers: Timers },
  saved?: SyntheticState,
): OpenedSynthetic {
  const market = new SyntheticMarket(options.market, saved?.market);
  const journal = new SwitchedJournal();
  const exchange: Exchange = new Exchange(
    exchangeRules({ ...options.rules, recorded: false }, SyntheticMarket.exchangeAssets(options.market)),
    (event) => host.hear(event),
    saved?.exchange,
  );
  const host = new ExchangeHost(exchange, ports.clock, journal);
  const world = (isNew: boolean): World => {
    const hub = new StreamHub();
    const symbols = referenceSymbols(options.market);
    const driver = new SyntheticDriver({ ...options, market, host, hub, symbols }, ports);
    return {
      host,
      hub,
      driver,
      feed: driver,
      opening: isNew ? market.opening() : [],
      connect: (target) => {
        journal.connect(target);
        return host;
      },
      snapshot: () => ({ mark: market.marketTimeMs, exchange: exchange.snapshot(), market: market.snapshot() }),
    };
  };
  return { market, exchange, world };
}
