import type { World } from '@argosy/exchange-wire';
import type { SimConfig } from './sim-config.js';
import { openRecordedWorld } from './recorded/recorded-world.js';
import { type StateFolder, StateError, type StateIdentity } from './journal/state-folder.js';
import type { SimulatorPorts } from './simulator.js';
import { openSyntheticWorld } from './synthetic/open-synthetic-world.js';

/** The market that the command line asks for, in the state that the folder holds. @throws StateError, RecordingError */
export async function openMarket(
  config: SimConfig,
  ports: SimulatorPorts,
  folder: StateFolder | undefined,
  nowMs: number,
): Promise<World> {
  const identity = await identify(config, folder, nowMs);
  return config.recordings.length > 0
    ? openRecordedWorld(config, ports, folder, identity)
    : openSyntheticWorld(config, ports, folder, identity);
}

const marketName = (config: SimConfig): string =>
  config.recordings.length > 0
    ? `recorded ${config.recordings.map((path) => path.slice(path.lastIndexOf('/') + 1)).join(' ')}`
    : `synthetic ${String(config.seed)}`;

async function identify(config: SimConfig, folder: StateFolder | undefined, nowMs: number): Promise<StateIdentity> {
  const { network, fundingIntervalMs } = config;
  const wanted = { network, market: marketName(config), fundingIntervalMs, startMs: nowMs };
  const found = await folder?.identity();
  if (found === undefined) {
    await folder?.saveIdentity(wanted);
    return wanted;
  }
  for (const key of ['network', 'market', 'fundingIntervalMs'] as const) {
    if (found[key] === wanted[key]) continue;
    throw new StateError(
      `${config.dataFolder ?? ''} holds the state of ${key} '${String(found[key])}', asked for '${String(wanted[key])}'`,
    );
  }
  return found;
}
