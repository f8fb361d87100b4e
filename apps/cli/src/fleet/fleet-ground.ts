import { isoTime } from '@argosy/domain';
import type { Disk, HttpClient, LogLevel } from '@argosy/platform-port';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Shell } from '../shell.js';
import type { Announcer } from './announcer.js';
import { type FleetFiles, prepareFiles } from './fleet-files.js';
import { emptyFolder, type FleetFolder, fleetFolder, openFolder } from './fleet-folder.js';
import { endLeftovers } from './leftovers.js';
import { type Market, simulatedAddresses, type VenueAddresses } from './market.js';
import { choosePorts, type FleetPorts } from './ports.js';
import { lockFolder } from './running-record.js';
import { ensureSecrets, type FleetSecrets, writeKeysFile } from './secrets.js';
import { readToolchain, type Toolchain } from './toolchain.js';

export interface FleetOptions {
  readonly name: string;
  readonly market: Market;
  readonly speed: number;
  /** As the simulated exchange reads it, e.g. `20s`. */
  readonly fundingInterval: string;
  readonly gatewayPort: number;
  readonly isFresh: boolean;
  readonly configFolder: string;
  /** Given: no simulated exchange is started, and nothing is ever enabled here. */
  readonly venues: VenueAddresses | undefined;
  readonly logLevel: LogLevel | undefined;
  /** Every service twice: one leads, the other takes over. */
  readonly hasStandbys: boolean;
}

export interface FleetWorld {
  readonly http: HttpClient;
  readonly disk: Disk;
  readonly announcer: Announcer;
}

/** What a fleet stands on, settled before anything of it runs. */
export interface FleetGround {
  readonly shell: Shell;
  readonly world: FleetWorld;
  readonly options: FleetOptions;
  readonly toolchain: Toolchain;
  readonly folder: FleetFolder;
  readonly ports: FleetPorts;
  readonly secrets: FleetSecrets;
  readonly files: FleetFiles;
  readonly keysFile: string;
  readonly startedAt: string;
  /** Ours until this is called. */
  readonly giveBack: () => Promise<void>;
}

/** Takes the folder and makes what belongs in it. */
export async function layGround(shell: Shell, world: FleetWorld, options: FleetOptions): Promise<FleetGround> {
  const toolchain = await readToolchain(shell.root);
  const folder = fleetFolder(shell.root, toolchain.postgresDataRoot, options.name);
  await openFolder(folder);
  const giveBack = await lockFolder(folder, shell.pid);
  try {
    await endLeftovers(folder, shell.timers, world.announcer);
    if (options.isFresh) await emptyFolder(folder);
    await openFolder(folder);
    const isNew = !existsSync(join(folder.path, 'secrets.json'));
    const secrets = await ensureSecrets(folder, shell.random);
    const ports = await choosePorts(folder, options.gatewayPort);
    const files = await prepareFiles(options.configFolder, folder, options.market, world.disk);
    world.announcer.say(`argosy: data in ${folder.path}${isNew ? ' (new)' : ''}`);
    const keysFile = await writeKeysFile(folder, secrets);
    const startedAt = isoTime(shell.clock.now());
    return { shell, world, options, toolchain, folder, ports, secrets, files, keysFile, startedAt, giveBack };
  } catch (error) {
    await giveBack();
    throw error;
  }
}

export const isSimulated = ({ options }: FleetGround): boolean => options.venues === undefined;

export const venuesOf = ({ options, ports }: FleetGround): VenueAddresses =>
  options.venues ?? simulatedAddresses(ports.exchange, ports.reference);

export const localUrl = (port: number): string => `http://127.0.0.1:${String(port)}`;

/** What a program needs of the surroundings; everything else would be a setting nobody gave. */
export const baseEnv = (env: Shell['env']): Record<string, string> =>
  Object.fromEntries(
    ['PATH', 'HOME', 'TZ', 'LANG', 'TMPDIR'].flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])),
  );
