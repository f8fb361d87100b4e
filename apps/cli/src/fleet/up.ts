import { NodeDisk, UndiciHttpClient } from '@argosy/platform-runtime';
import { inspectRecording } from '@argosy/venue-binance';
import type { LogLevel } from '@argosy/platform-port';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { UpOptions } from '../commands/up.command.js';
import { spell } from '../commands/option-values.js';
import { CommandError, EXIT, type ExitCode } from '../exit-codes.js';
import type { Shell } from '../shell.js';
import { Announcer } from './announcer.js';
import { Fleet } from './fleet.js';
import type { FleetOptions } from './fleet-ground.js';
import { FleetLife } from './fleet-life.js';
import { folderName, isFolderName } from './fleet-folder.js';
import type { Market, VenueAddresses } from './market.js';

/** Signals this close together are one person's one wish. */
const SAME_WISH_MS = 1_000;

/** Starts the fleet and stays until told to stop, or until `--duration` is over. */
export async function up(shell: Shell, options: UpOptions): Promise<ExitCode> {
  if (options.cold === true && options.duration !== undefined)
    throw new CommandError(EXIT.usage, '--duration counts from trading enabled, and --cold never enables it');
  const disk = new NodeDisk();
  const http = new UndiciHttpClient();
  const announcer = new Announcer(shell.terminal, shell.clock);
  const fleet = await Fleet.open(shell, { http, disk, announcer }, await fleetOptions(shell, options, disk));
  const stopping = untilStopped(shell, fleet);
  const deaf = shell.onKill(() => {
    const told = fleet.supervisor.tell(['execution', 'risk', 'ops-gateway'], 'SIGUSR2');
    announcer.warns('kill switch', `SIGUSR2: passed on to ${told.length === 0 ? 'nobody' : told.join(', ')}`);
  });
  try {
    await fleet.start();
    const { clock, random, terminal } = shell;
    const life = new FleetLife(
      fleet,
      { clock, timers: shell.timers, random, http, terminal, announcer },
      options,
      stopping.wish,
    );
    return await life.run();
  } finally {
    await fleet.stop();
    stopping.listenNoMore();
    deaf();
    await http.close();
  }
}

function untilStopped(
  shell: Shell,
  fleet: Fleet,
): { readonly wish: Promise<string>; readonly listenNoMore: () => void } {
  let listenNoMore = (): void => undefined;
  const wish = new Promise<string>((resolve) => {
    let askedMs: number | undefined;
    listenNoMore = shell.onStop((why) => {
      const nowMs = shell.clock.monotonicMs();
      // Who asks twice does not want to wait; one wish may arrive twice, from the terminal and from the starter.
      if (askedMs !== undefined && nowMs - askedMs > SAME_WISH_MS) fleet.supervisor.killAll();
      askedMs ??= nowMs;
      fleet.supervisor.giveUpStarting();
      resolve(why);
    });
  });
  return { wish, listenNoMore };
}

async function fleetOptions(shell: Shell, options: UpOptions, disk: NodeDisk): Promise<FleetOptions> {
  const venues = otherVenue(options);
  const market = await chooseMarket(shell, options, venues !== undefined, disk);
  const name =
    options.name ??
    (venues === undefined
      ? folderName({ seed: options.seed, recordings: market.kind === 'recorded' ? market.files : [] })
      : 'venue');
  if (!isFolderName(name))
    throw new CommandError(
      EXIT.usage,
      `'${name}' is no name of a data folder`,
      'Use lower-case letters, digits, - and _.',
    );
  return {
    name,
    market,
    speed: options.speed,
    fundingInterval: spell(options.fundingInterval),
    gatewayPort: options.port,
    isFresh: options.fresh === true,
    configFolder: resolve(shell.folder, options.config ?? resolve(shell.root, 'config/local')),
    venues,
    logLevel: options.logLevel as LogLevel | undefined,
    // A measured run is short and wants the machine to itself; a fleet that stays wants its standbys.
    hasStandbys: options.standby ?? options.duration === undefined,
  };
}

async function chooseMarket(shell: Shell, options: UpOptions, hasVenue: boolean, disk: NodeDisk): Promise<Market> {
  if (hasVenue) return { kind: 'venue', seed: options.seed };
  const files = (options.recording ?? []).map((file) => resolve(shell.folder, file));
  const [first] = files;
  if (first === undefined) return { kind: 'synthetic', seed: options.seed };
  for (const file of files) if (!existsSync(file)) throw new CommandError(EXIT.usage, `no such recording: ${file}`);
  const contents = await inspectRecording(disk.readLines(first));
  if (contents === undefined)
    throw new CommandError(
      EXIT.usage,
      `${first} is no raw recording of Binance`,
      'argosy recording verify FILE tells what it is.',
    );
  return { kind: 'recorded', seed: options.seed, files, contents };
}

/** The venue's own addresses where only some are given, as the services have them by default. */
function otherVenue(options: UpOptions): VenueAddresses | undefined {
  const { venueUrl, venueWsUrl, referenceUrl, referenceWsUrl } = options;
  if (venueUrl === undefined && venueWsUrl === undefined) {
    if (referenceUrl === undefined && referenceWsUrl === undefined) return undefined;
    throw new CommandError(
      EXIT.usage,
      'a reference venue is given without --venue-url',
      'The simulated exchange brings its own reference.',
    );
  }
  if (venueUrl === undefined || venueWsUrl === undefined)
    throw new CommandError(EXIT.usage, 'a venue needs both --venue-url and --venue-ws-url');
  return {
    hyperliquidApi: venueUrl,
    hyperliquidWs: venueWsUrl,
    binanceApi: referenceUrl ?? 'https://api.binance.com',
    binanceWs: referenceWsUrl ?? 'wss://stream.binance.com:9443',
  };
}
