import { type ServiceName, SERVICES } from '@argosy/contracts';
import { isoTime } from '@argosy/domain';
import { NatsMessageBus } from '@argosy/platform-messaging';
import { type Disk, type HttpClient, type LogLevel, SilentLogger, SilentMetrics } from '@argosy/platform-port';
import { Secret } from '@argosy/platform-config';
import { MigrationError, Migrator } from '@argosy/platform-database';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createConnection } from 'node:net';
import { CommandError, EXIT } from '../exit-codes.js';
import type { Shell } from '../shell.js';
import type { Announcer } from './announcer.js';
import { accountKeys, type FleetFiles, prepareFiles } from './fleet-files.js';
import { emptyFolder, type FleetFolder, fleetFolder, openFolder } from './fleet-folder.js';
import { endLeftovers } from './leftovers.js';
import {
  followedSymbols,
  type FollowedSymbols,
  type Market,
  simulatedAddresses,
  type VenueAddresses,
} from './market.js';
import { natsProcess, natsUrl } from './nats-server.js';
import { choosePorts, type FleetPorts } from './ports.js';
import { adminPool, databaseIdentity, ensureCluster, ensureDatabase, postgresProcess } from './postgres-server.js';
import type { ProcessSpec } from './managed-process.js';
import { lockFolder, removeRecord, writeRecord } from './running-record.js';
import { ensureSecrets, type FleetSecrets, writeKeysFile } from './secrets.js';
import { FLEET_SCHEMAS } from './schemas.js';
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
import { serviceOf, Supervisor } from './supervisor.js';
import { readToolchain, type Toolchain } from './toolchain.js';
import { Warden } from './warden.js';

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

const SERVER_READY_MS = 30_000;
const SERVICE_READY_MS = 90_000;
/** Whoever decides ends before whoever acts, and what they stand on last. */
const STOP_ORDER = [
  'strategy-host',
  'risk',
  'execution',
  'ops-gateway',
  'ledger',
  'market-data',
  'exchange-sim',
  'nats',
  'postgres',
] as const;

/** Ready only once market-data has told what can be traded. */
const NEEDS_INSTRUMENTS: ReadonlySet<ServiceName> = new Set(['execution', 'risk']);

/** One local fleet: its folder, its servers, its services. */
export class Fleet {
  readonly supervisor: Supervisor;
  readonly #warden: Warden;
  #givenBack: (() => Promise<void>) | undefined;
  #writing: Promise<void> = Promise.resolve();

  private constructor(
    private readonly shell: Shell,
    private readonly parts: FleetWorld,
    readonly options: FleetOptions,
    private readonly toolchain: Toolchain,
    readonly folder: FleetFolder,
    readonly ports: FleetPorts,
    readonly secrets: FleetSecrets,
    readonly files: FleetFiles,
    private readonly keysFile: string,
    private readonly startedAt: string,
  ) {
    this.#warden = new Warden(shell, folder, programOf(shell.root, 'cli'));
    this.supervisor = new Supervisor({
      clock: shell.clock,
      timers: shell.timers,
      http: parts.http,
      announcer: parts.announcer,
      logFolder: folder.logs,
      onChange: () => {
        this.#writing = this.#writing.then(() => this.#writeDown());
      },
    });
  }

  /** Takes the folder and makes what belongs in it; nothing runs yet. */
  static async open(shell: Shell, parts: FleetWorld, options: FleetOptions): Promise<Fleet> {
    const toolchain = await readToolchain(shell.root);
    const folder = fleetFolder(shell.root, toolchain.postgresDataRoot, options.name);
    await openFolder(folder);
    const giveBack = await lockFolder(folder, shell.pid);
    try {
      await endLeftovers(folder, shell.timers, parts.announcer);
      if (options.isFresh) await emptyFolder(folder);
      await openFolder(folder);
      const isNew = !existsSync(join(folder.path, 'secrets.json'));
      const secrets = await ensureSecrets(folder, shell.random);
      const ports = await choosePorts(folder, options.gatewayPort);
      const files = await prepareFiles(options.configFolder, folder, options.market, parts.disk);
      parts.announcer.say(`argosy: data in ${folder.path}${isNew ? ' (new)' : ''}`);
      const keysFile = await writeKeysFile(folder, secrets);
      const startedAt = isoTime(shell.clock.now());
      const fleet = new Fleet(shell, parts, options, toolchain, folder, ports, secrets, files, keysFile, startedAt);
      fleet.#givenBack = giveBack;
      return fleet;
    } catch (error) {
      await giveBack();
      throw error;
    }
  }

  get gatewayUrl(): string {
    return localUrl(this.ports.gateway);
  }

  get isSimulated(): boolean {
    return this.options.venues === undefined;
  }

  get venues(): VenueAddresses {
    return this.options.venues ?? simulatedAddresses(this.ports.exchange, this.ports.reference);
  }

  /** Every process of a service, by name. */
  instances(name: ServiceName): readonly { readonly name: string; readonly url: string }[] {
    const row = SERVICE_TABLE.find((one) => one.name === name);
    return row === undefined
      ? []
      : this.#instances(row).map((instance) => ({ name: instance.name, url: instanceUrl(instance) }));
  }

  /** Starts everything and resolves when every service can work. */
  async start(): Promise<void> {
    this.#warden.start();
    await Promise.all([this.#startPostgres(), this.#startNats(), ...(this.isSimulated ? [this.#startExchange()] : [])]);
    const rows = SERVICE_TABLE.filter(({ name }) => existsSync(programOf(this.shell.root, name)));
    const place = this.#place();
    const isLast = ({ name }: ServiceRow): boolean => this.options.market.kind === 'recorded' && name === 'market-data';
    const starting = rows
      .filter((row) => !isLast(row))
      .map((row) => ({ row, started: this.#startService(row, place) }));
    // A recording begins to play when market-data listens, so it listens when the others are there to use it; those that
    // need its instruments to be ready cannot be waited for.
    await Promise.all(starting.filter(({ row }) => !NEEDS_INSTRUMENTS.has(row.name)).map(({ started }) => started));
    await Promise.all([
      ...starting.map(({ started }) => started),
      ...rows.filter(isLast).map((row) => this.#startService(row, place)),
    ]);
    this.supervisor.running();
    if (this.options.hasStandbys) for (const row of rows) void this.#startStandby(row, place);
  }

  /** Ends everything in order and gives the folder back. */
  async stop(): Promise<void> {
    await this.supervisor.stop(STOP_ORDER);
    this.#warden.dismiss();
    await this.#writing;
    await removeRecord(this.folder);
    await this.#givenBack?.();
  }

  /** Whether this service is built and was started. */
  has(name: ServiceName): boolean {
    return this.supervisor.processes.some((process) => serviceOf(process.name) === name);
  }

  /** Trading accounts whose orders go to the exchange, with their address there. */
  get liveAccounts(): readonly { readonly accountId: string; readonly address: string }[] {
    return this.files.accounts.accounts.flatMap(({ account_id: accountId, kind, wallet_address: address }) =>
      kind === 'live' && address !== undefined ? [{ accountId, address }] : [],
    );
  }

  get accountIds(): readonly string[] {
    return this.files.accounts.accounts.map(({ account_id: id }) => id);
  }

  /** A connection in a service's name; the caller closes it. */
  async connect(service: ServiceName): Promise<NatsMessageBus> {
    const { clock, timers, random } = this.shell;
    return NatsMessageBus.connect(
      { servers: natsUrl(this.ports.nats), service, password: this.secrets.nats[service] },
      { clock, timers, random, logger: new SilentLogger(), metrics: new SilentMetrics() },
    );
  }

  async #startPostgres(): Promise<void> {
    const { announcer } = this.parts;
    const { folder, toolchain, ports, secrets, supervisor } = this;
    const password = secrets.postgres.postgres;
    const identity = await databaseIdentity(process.getuid?.() === 0);
    if (await ensureCluster(folder, toolchain, password, identity))
      announcer.ready('postgres', 'made a database cluster');
    const server = supervisor.start(postgresProcess(folder, toolchain, ports.postgres, identity));
    await supervisor.until(server, () => ensureDatabase(ports.postgres, password), SERVER_READY_MS);
    const applied = await this.#migrate(password);
    const news = applied.length === 0 ? 'schemas up to date' : `${String(applied.length)} migrations applied`;
    announcer.ready('postgres', `127.0.0.1:${String(ports.postgres)}, ${news}`);
  }

  async #migrate(password: string): Promise<readonly string[]> {
    const pool = adminPool(this.ports.postgres, password);
    try {
      const { timers, random } = this.shell;
      const migrator = new Migrator(pool, { logger: new SilentLogger(), timers, random });
      const passwords = Object.fromEntries(
        Object.entries(this.secrets.postgres).map(([role, text]) => [role, new Secret(text)]),
      );
      return await migrator.migrate(FLEET_SCHEMAS, { passwords });
    } catch (error) {
      if (!(error instanceof MigrationError)) throw error;
      const fix = `The data in ${this.folder.path} were made by another release: start with --fresh, or under another --name.`;
      throw new CommandError(EXIT.fleetFailed, error.message, fix, 'MIGRATION_REFUSED');
    } finally {
      await pool.end();
    }
  }

  async #startNats(): Promise<void> {
    const { supervisor, folder, toolchain, ports, secrets } = this;
    const server = supervisor.start(await natsProcess(folder, toolchain, ports.nats, secrets));
    await supervisor.until(server, () => canConnect(ports.nats), SERVER_READY_MS);
    const bus = await this.connect('execution');
    try {
      await bus.ensureStreams();
    } finally {
      await bus.close();
    }
    this.parts.announcer.ready('nats', `${natsUrl(ports.nats)}, streams made`);
  }

  async #startExchange(): Promise<void> {
    const { supervisor } = this;
    const exchange = supervisor.start(this.#exchangeProcess());
    const { hyperliquidApi, binanceApi } = this.venues;
    await supervisor.until(exchange, supervisor.healthProbe(`${hyperliquidApi}/health`), SERVER_READY_MS);
    this.parts.announcer.ready(
      'exchange-sim',
      `${describeMarket(this.options)} on ${hyperliquidApi}, reference ${binanceApi}`,
    );
  }

  #exchangeProcess(): ProcessSpec {
    const { market, speed, fundingInterval } = this.options;
    const { folder, ports, shell } = this;
    const addresses = this.files.accounts.accounts.flatMap(({ wallet_address: address }) =>
      address === undefined ? [] : [address],
    );
    return {
      name: 'exchange-sim',
      command: this.toolchain.node,
      args: [
        '--enable-source-maps',
        programOf(shell.root, 'exchange-sim'),
        '--port',
        String(ports.exchange),
        '--binance-port',
        String(ports.reference),
        '--control-port',
        String(ports['exchange-control']),
        '--open-accounts',
        ...addresses.flatMap((address) => ['--account', address]),
        '--seed',
        String(market.seed),
        '--speed',
        String(speed),
        '--funding-interval',
        fundingInterval,
        '--data',
        folder.exchange,
        ...(market.kind === 'recorded' ? ['--recording', ...market.files] : []),
      ],
      env: baseEnv(shell.env),
      folder: shell.root,
      outputFile: join(folder.output, 'exchange-sim.log'),
      stopSignal: 'SIGTERM',
      stopWithinMs: 10_000,
    };
  }

  #place(): ServicePlace {
    const { folder, ports, secrets, venues, files, shell, options } = this;
    const { market } = options;
    return {
      folder,
      ports,
      secrets,
      venues,
      symbols: this.#symbols(),
      streams: market.kind === 'recorded' ? market.contents.streams : undefined,
      files: { ...files.paths, keys: this.keysFile },
      accountKeys: accountKeys(files.accounts, shell.env, this.isSimulated),
      logLevel: options.logLevel,
      otlpEndpoint: shell.env['OTEL_EXPORTER_OTLP_ENDPOINT'],
    };
  }

  /** What limits name; of a recording, what it holds. */
  #symbols(): FollowedSymbols {
    const ids = this.files.limits.instruments.flatMap(({ instrument, reference_instrument: reference }) => [
      instrument,
      reference,
    ]);
    const all = followedSymbols(ids);
    const { market } = this.options;
    if (market.kind !== 'recorded') return all;
    const bases = market.contents.symbols.map((symbol) => symbol.split('-')[0]);
    const isPlayed = (symbol: string): boolean => bases.includes(symbol.split('-')[0]);
    return {
      hyperliquid: all.hyperliquid.filter(isPlayed),
      binance: market.contents.venue === 'binance' ? market.contents.symbols : [],
      binanceUsdm: market.contents.venue === 'binance-usdm' ? market.contents.symbols : [],
    };
  }

  #instances(row: ServiceRow): readonly Instance[] {
    return instancesOf(row, this.ports, this.options.hasStandbys);
  }

  /** Whoever is started first leads: the second has no moment to compete before. */
  async #startService(row: ServiceRow, place: ServicePlace): Promise<void> {
    const [first] = this.#instances(row);
    if (first === undefined) return;
    const service = this.supervisor.start(this.#process(first, place));
    const url = instanceUrl(first);
    await this.supervisor.until(service, this.supervisor.healthProbe(`${url}/health/ready`), SERVICE_READY_MS);
    this.parts.announcer.ready(first.name, url);
  }

  /** Not waited for: the fleet works without, and says so in its status. */
  async #startStandby(row: ServiceRow, place: ServicePlace): Promise<void> {
    const [, second] = this.#instances(row);
    if (second === undefined || this.supervisor.isStopping) return;
    const { supervisor, parts } = this;
    const process = supervisor.start(this.#process(second, place));
    const url = instanceUrl(second);
    try {
      await supervisor.until(process, supervisor.standbyProbe(url), SERVICE_READY_MS);
      parts.announcer.ready(second.name, `${url}, stands by`);
    } catch (error) {
      if (!supervisor.isStopping) parts.announcer.warns(second.name, String(error));
    }
  }

  #process(instance: Instance, place: ServicePlace): ProcessSpec {
    const { shell, folder } = this;
    return {
      name: instance.name,
      command: this.toolchain.node,
      // Without the first, Node opens its inspector on the signal that reopens the logs.
      args: ['--disable-sigusr1', '--enable-source-maps', programOf(shell.root, instance.row.name)],
      env: { ...baseEnv(shell.env), ...serviceEnv(instance, place) },
      folder: shell.root,
      outputFile: join(folder.output, `${instance.name}.log`),
      stopSignal: 'SIGTERM',
      stopWithinMs: 12_000,
    };
  }

  async #writeDown(): Promise<void> {
    if (this.supervisor.isStopping) return;
    const processes = this.supervisor.processes.flatMap(({ name, pid, spec }) =>
      pid === undefined
        ? []
        : [{ name, pid, program: spec.args.find((arg) => arg.endsWith('main.js')) ?? spec.command }],
    );
    const record = {
      name: this.folder.name,
      pid: this.shell.pid,
      gatewayUrl: this.gatewayUrl,
      startedAt: this.startedAt,
      processes,
      instances: SERVICES.flatMap((name) => this.instances(name)),
      ...(this.isSimulated
        ? { exchange: { url: this.venues.hyperliquidApi, controlUrl: localUrl(this.ports['exchange-control']) } }
        : {}),
    };
    await writeRecord(this.folder, record).catch(() => undefined);
  }
}

const localUrl = (port: number): string => `http://127.0.0.1:${String(port)}`;

/** What a program needs of the surroundings; everything else would be a setting nobody gave. */
const baseEnv = (env: Shell['env']): Record<string, string> =>
  Object.fromEntries(
    ['PATH', 'HOME', 'TZ', 'LANG', 'TMPDIR'].flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])),
  );

const describeMarket = ({ market, speed }: FleetOptions): string => {
  const pace = speed === 1 ? '' : `, ${String(speed)} times as fast`;
  return market.kind === 'recorded'
    ? `${String(market.files.length)} recorded files${pace}`
    : `synthetic market, seed ${String(market.seed)}${pace}`;
};

const canConnect = (port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    const socket = createConnection({ port, host: '127.0.0.1' }, () => {
      socket.destroy();
      resolve();
    });
    socket.once('error', () => reject(new Error('does not answer yet')));
  });
