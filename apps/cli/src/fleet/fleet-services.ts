import { type ServiceName, SERVICES } from '@argosy/contracts';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { accountKeys } from './fleet-files.js';
import { baseEnv, type FleetGround, isSimulated, venuesOf } from './fleet-ground.js';
import type { ProcessSpec } from './managed-process.js';
import { followedSymbols, type FollowedSymbols } from './market.js';
import {
  type Instance,
  instancesOf,
  instanceUrl,
  programOf,
  SERVICE_TABLE,
  serviceEnv,
  type ServicePlace,
  type ServiceRow,
} from './services.js';
import type { Supervisor } from './supervisor.js';

const SERVICE_READY_MS = 90_000;

/** Ready only once market-data has told what can be traded. */
const NEEDS_INSTRUMENTS: ReadonlySet<ServiceName> = new Set(['execution', 'risk']);

/** One process of a service, as others look for it. */
export interface NamedInstance {
  readonly name: string;
  readonly url: string;
}

/** The six services of one fleet, once or in pairs. */
export class FleetServices {
  readonly #place: ServicePlace;

  constructor(
    private readonly ground: FleetGround,
    private readonly supervisor: Supervisor,
  ) {
    this.#place = placeOf(ground);
  }

  /** Every process of a service, by name. */
  instances(name: ServiceName): readonly NamedInstance[] {
    const row = SERVICE_TABLE.find((one) => one.name === name);
    return row === undefined
      ? []
      : this.#instances(row).map((instance) => ({ name: instance.name, url: instanceUrl(instance) }));
  }

  get all(): readonly NamedInstance[] {
    return SERVICES.flatMap((name) => this.instances(name));
  }

  /** Resolves when every service can work; standbys follow. */
  async start(): Promise<void> {
    const { shell, options } = this.ground;
    const rows = SERVICE_TABLE.filter(({ name }) => existsSync(programOf(shell.root, name)));
    const isLast = ({ name }: ServiceRow): boolean => options.market.kind === 'recorded' && name === 'market-data';
    const starting = rows.filter((row) => !isLast(row)).map((row) => ({ row, started: this.#startFirst(row) }));
    // A recording begins to play when market-data listens, so it listens when the others are there to use it; those that
    // need its instruments to be ready cannot be waited for.
    await Promise.all(starting.filter(({ row }) => !NEEDS_INSTRUMENTS.has(row.name)).map(({ started }) => started));
    await Promise.all([
      ...starting.map(({ started }) => started),
      ...rows.filter(isLast).map((row) => this.#startFirst(row)),
    ]);
    this.supervisor.running();
    if (options.hasStandbys) for (const row of rows) void this.#startStandby(row);
  }

  #instances(row: ServiceRow): readonly Instance[] {
    return instancesOf(row, this.ground.ports, this.ground.options.hasStandbys);
  }

  /** Whoever is started first leads: the second has no moment to compete before. */
  async #startFirst(row: ServiceRow): Promise<void> {
    const [first] = this.#instances(row);
    if (first === undefined) return;
    const service = this.supervisor.start(this.#process(first));
    const url = instanceUrl(first);
    await this.supervisor.until(service, this.supervisor.healthProbe(`${url}/health/ready`), SERVICE_READY_MS);
    this.ground.world.announcer.ready(first.name, url);
  }

  /** Not waited for: the fleet works without, and says so in its status. */
  async #startStandby(row: ServiceRow): Promise<void> {
    const [, second] = this.#instances(row);
    if (second === undefined || this.supervisor.isStopping) return;
    const { supervisor } = this;
    const { announcer } = this.ground.world;
    const process = supervisor.start(this.#process(second));
    const url = instanceUrl(second);
    try {
      await supervisor.until(process, supervisor.standbyProbe(url), SERVICE_READY_MS);
      announcer.ready(second.name, `${url}, stands by`);
    } catch (error) {
      if (!supervisor.isStopping) announcer.warns(second.name, String(error));
    }
  }

  #process(instance: Instance): ProcessSpec {
    const { shell, folder, toolchain } = this.ground;
    return {
      name: instance.name,
      command: toolchain.node,
      // Without the first, Node opens its inspector on the signal that reopens the logs.
      args: ['--disable-sigusr1', '--enable-source-maps', programOf(shell.root, instance.row.name)],
      env: { ...baseEnv(shell.env), ...serviceEnv(instance, this.#place) },
      folder: shell.root,
      outputFile: join(folder.output, `${instance.name}.log`),
      stopSignal: 'SIGTERM',
      stopWithinMs: 12_000,
    };
  }
}

function placeOf(ground: FleetGround): ServicePlace {
  const { folder, ports, secrets, files, shell, options, keysFile } = ground;
  const { market } = options;
  return {
    folder,
    ports,
    secrets,
    venues: venuesOf(ground),
    symbols: symbolsOf(ground),
    streams: market.kind === 'recorded' ? market.contents.streams : undefined,
    files: { ...files.paths, keys: keysFile },
    accountKeys: accountKeys(files.accounts, shell.env, isSimulated(ground)),
    logLevel: options.logLevel,
    otlpEndpoint: shell.env['OTEL_EXPORTER_OTLP_ENDPOINT'],
  };
}

/** What limits name; of a recording, what it holds. */
function symbolsOf({ files, options: { market } }: FleetGround): FollowedSymbols {
  const ids = files.limits.instruments.flatMap(({ instrument, reference_instrument: reference }) => [
    instrument,
    reference,
  ]);
  const all = followedSymbols(ids);
  if (market.kind !== 'recorded') return all;
  const bases = market.contents.symbols.map((symbol) => symbol.split('-')[0]);
  const isPlayed = (symbol: string): boolean => bases.includes(symbol.split('-')[0]);
  return {
    hyperliquid: all.hyperliquid.filter(isPlayed),
    binance: market.contents.venue === 'binance' ? market.contents.symbols : [],
    binanceUsdm: market.contents.venue === 'binance-usdm' ? market.contents.symbols : [],
  };
}
