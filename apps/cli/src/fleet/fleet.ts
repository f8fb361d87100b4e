import type { ServiceName } from '@argosy/contracts';
import type { NatsMessageBus } from '@argosy/platform-messaging';
import type { Shell } from '../shell.js';
import {
  type FleetGround,
  type FleetOptions,
  type FleetWorld,
  isSimulated,
  layGround,
  localUrl,
  venuesOf,
} from './fleet-ground.js';
import { connectAs, startExchange, startNats, startPostgres } from './fleet-servers.js';
import { FleetServices, type NamedInstance } from './fleet-services.js';
import type { FleetFiles } from './fleet-files.js';
import type { FleetFolder } from './fleet-folder.js';
import type { VenueAddresses } from './market.js';
import type { FleetPorts } from './ports.js';
import { removeRecord, writeRecord } from './running-record.js';
import type { FleetSecrets } from './secrets.js';
import { programOf } from './services.js';
import { serviceOf, Supervisor } from './supervisor.js';
import { Warden } from './warden.js';

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

/** One local fleet: its folder, its servers, its services. */
export class Fleet {
  readonly supervisor: Supervisor;
  readonly #services: FleetServices;
  readonly #warden: Warden;
  #writing: Promise<void> = Promise.resolve();

  private constructor(private readonly ground: FleetGround) {
    const { shell, world, folder } = ground;
    this.#warden = new Warden(shell, folder, programOf(shell.root, 'cli'));
    this.supervisor = new Supervisor({
      clock: shell.clock,
      timers: shell.timers,
      http: world.http,
      announcer: world.announcer,
      logFolder: folder.logs,
      onChange: () => {
        this.#writing = this.#writing.then(() => this.#writeDown());
      },
    });
    this.#services = new FleetServices(ground, this.supervisor);
  }

  /** Takes the folder and makes what belongs in it; nothing runs yet. */
  static async open(shell: Shell, world: FleetWorld, options: FleetOptions): Promise<Fleet> {
    return new Fleet(await layGround(shell, world, options));
  }

  get options(): FleetOptions {
    return this.ground.options;
  }

  get folder(): FleetFolder {
    return this.ground.folder;
  }

  get ports(): FleetPorts {
    return this.ground.ports;
  }

  get secrets(): FleetSecrets {
    return this.ground.secrets;
  }

  get files(): FleetFiles {
    return this.ground.files;
  }

  get gatewayUrl(): string {
    return localUrl(this.ports.gateway);
  }

  get isSimulated(): boolean {
    return isSimulated(this.ground);
  }

  get venues(): VenueAddresses {
    return venuesOf(this.ground);
  }

  /** Every process of a service, by name. */
  instances(name: ServiceName): readonly NamedInstance[] {
    return this.#services.instances(name);
  }

  /** Starts everything and resolves when every service can work. */
  async start(): Promise<void> {
    const { ground, supervisor } = this;
    this.#warden.start();
    await Promise.all([
      startPostgres(ground, supervisor),
      startNats(ground, supervisor),
      ...(this.isSimulated ? [startExchange(ground, supervisor)] : []),
    ]);
    await this.#services.start();
  }

  /** Ends everything in order and gives the folder back. */
  async stop(): Promise<void> {
    await this.supervisor.stop(STOP_ORDER);
    this.#warden.dismiss();
    await this.#writing;
    await removeRecord(this.folder);
    await this.ground.giveBack();
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
  connect(service: ServiceName): Promise<NatsMessageBus> {
    return connectAs(this.ground, service);
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
      pid: this.ground.shell.pid,
      gatewayUrl: this.gatewayUrl,
      startedAt: this.ground.startedAt,
      processes,
      instances: this.#services.all,
      ...(this.isSimulated
        ? { exchange: { url: this.venues.hyperliquidApi, controlUrl: localUrl(this.ports['exchange-control']) } }
        : {}),
    };
    await writeRecord(this.folder, record).catch(() => undefined);
  }
}
