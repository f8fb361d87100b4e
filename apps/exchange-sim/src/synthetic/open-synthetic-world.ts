import { openSynthetic, type SyntheticState, syntheticWorld, type World } from '@argosy/exchange-wire';
import { replayFolder } from '../journal/replay.js';
import type { StateFolder, StateIdentity } from '../journal/state-folder.js';
import type { SimConfig } from '../sim-config.js';
import type { SimulatorPorts } from '../simulator.js';

/** A seeded market and its exchange, new or as the folder left them. */
export async function openSyntheticWorld(
  config: SimConfig,
  ports: SimulatorPorts,
  folder: StateFolder | undefined,
  identity: StateIdentity,
): Promise<World> {
  const saved = await folder?.snapshot();
  const synthetic = openSynthetic(
    {
      market: syntheticWorld(config.seed, identity.startMs),
      rules: { ...config, addressLimits: config.limits.addressLimits },
      speed: config.speed,
    },
    ports,
    saved as SyntheticState | undefined,
  );
  const { market, exchange } = synthetic;
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
  return synthetic.world(saved === undefined && replayed === 0);
}
