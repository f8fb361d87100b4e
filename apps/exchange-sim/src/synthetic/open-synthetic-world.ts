import { Exchange, SyntheticMarket, type SyntheticSnapshot } from '@argosy/exchange-core';
import { StreamHub } from '../binance/stream-hub.js';
import { exchangeRules } from '../exchange-rules.js';
import { ExchangeHost } from '../exchange-host.js';
import { replayFolder } from '../journal/replay.js';
import { SwitchedJournal } from '../journal/switched-journal.js';
import type { StateFolder, StateIdentity } from '../journal/state-folder.js';
import type { SimConfig } from '../sim-config.js';
import type { SimulatorPorts } from '../simulator.js';
import type { World } from '../world.js';
import { SyntheticDriver } from './synthetic-driver.js';
import { syntheticWorld } from './synthetic-world.js';

/** A seeded market and its exchange, new or as the folder left them. */
export async function openSyntheticWorld(
  config: SimConfig,
  ports: SimulatorPorts,
  folder: StateFolder | undefined,
  identity: StateIdentity,
): Promise<World> {
  const saved = await folder?.snapshot();
  const rules = syntheticWorld(config.seed, identity.startMs);
  const market = new SyntheticMarket(rules, saved?.market as SyntheticSnapshot | undefined);
  const journal = new SwitchedJournal();
  const exchange: Exchange = new Exchange(
    exchangeRules(config, SyntheticMarket.exchangeAssets(rules)),
    (event) => host.hear(event),
    saved?.exchange,
  );
  const host = new ExchangeHost(exchange, ports.clock, journal);
  const replayed =
    folder === undefined
      ? 0
      : await replayFolder(folder, saved?.segment ?? 0, {
          exchange,
          advanceMarket: (timeMs, mark) => {
            market.advanceTo(mark, (step) => {
              if (step.kind === 'exchange') exchange.execute({ ...step.command, timeMs });
            });
          },
        });
  if (replayed > 0) ports.logger.info('state_loaded', { entries: replayed, market_time_ms: market.marketTimeMs });
  const hub = new StreamHub();
  const driver = new SyntheticDriver(market, host, hub, config.speed, ports);
  return {
    host,
    hub,
    driver,
    feed: driver,
    opening: saved === undefined && replayed === 0 ? market.opening() : [],
    connect: (target) => {
      journal.connect(target);
      return host;
    },
    snapshot: () => ({ mark: market.marketTimeMs, exchange: exchange.snapshot(), market: market.snapshot() }),
  };
}
