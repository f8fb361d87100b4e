import type { Random } from '@argosy/domain';
import { createSyntheticExchange, type SyntheticExchange } from '@argosy/exchange-wire';
import { type LogData, type LogLevel, SilentLogger, type Disk } from '@argosy/platform-port';
import { SeededRandom } from '@argosy/platform-runtime';
import { InMemoryBroker, InMemoryDisk } from '@argosy/platform-virtual';
import { EventLog } from '../kernel/event-log.js';
import { Network } from '../kernel/network.js';
import { remoteStore, type StoreHooks, type StoreServer } from '../kernel/remote-store.js';
import { Scheduler } from '../kernel/scheduler.js';
import { MachineClock, SimProcess } from '../kernel/sim-process.js';
import { ExchangeServer } from '../venue/exchange-server.js';
import { type FleetParts, REAL_PARTS } from './fleet-parts.js';
import { STRATEGY_FILES, STRATEGY_FOLDER, WALLET_ADDRESS } from './fleet-settings.js';
import { type FleetStores, memoryStores, type MemoryStores } from './fleet-stores.js';
import { composeExecution } from './services/execution.js';
import { composeLedger } from './services/ledger.js';
import { composeMarketData } from './services/market-data.js';
import { composeRisk } from './services/risk.js';
import { composeStrategyHost } from './services/strategy-host.js';
import type { Compose } from './service-ports.js';
import { SimHost } from './sim-host.js';

/** What happened that must never happen. */
export interface Violation {
  readonly invariant: string;
  readonly message: string;
  readonly atUs: number;
}

export interface WorldOptions {
  readonly seed: number;
  readonly keepLog?: boolean;
  readonly parts?: FleetParts;
}

/** Who watches the world; each method is told at the moment it happens. */
export interface Witness {
  bytesLeft?(process: SimProcess, text: string): void;
  logged?(process: SimProcess, level: LogLevel, eventType: string, data: LogData): void;
}

const POSTGRES = 'postgres';
const NATS = 'nats';
const VENUE_LATENCY = { latencyUs: 8_000, jitterUs: 6_000 };

/** The rows of the fleet: which services there are, and how each is put together. */
const SERVICES: readonly (readonly [service: string, compose: Compose, places: readonly string[]])[] = [
  ['execution', composeExecution, ['a', 'b']],
  ['risk', composeRisk, ['a', 'b']],
  ['market-data', composeMarketData, ['a']],
  ['ledger', composeLedger, ['a']],
  ['strategy-host', composeStrategyHost, ['a']],
];

const MACHINES: readonly string[] = SERVICES.flatMap(([service, , places]) =>
  places.map((place) => `${service}-${place}`),
);

/** One fleet with everything around it, made from a seed. */
export class SimWorld {
  readonly scheduler = new Scheduler();
  readonly log: EventLog;
  readonly network: Network;
  readonly broker: InMemoryBroker;
  readonly stores: MemoryStores = memoryStores(() => this.scheduler.nowUs / 1_000);
  readonly exchange: SyntheticExchange;
  readonly hyperliquid: ExchangeServer;
  readonly binance: ExchangeServer;
  readonly servers: ReadonlyMap<string, ExchangeServer>;
  readonly hosts: ReadonlyMap<string, SimHost>;
  readonly postgres: StoreServer & { up: boolean; slowness: number };
  readonly messageServer = NATS;
  readonly parts: FleetParts;
  readonly violations: Violation[] = [];
  readonly witnesses: Witness[] = [];
  hooks: StoreHooks = { fate: () => 'done', diesAt: () => false };
  #messagesUp = true;
  readonly #random: SeededRandom;

  constructor(readonly options: WorldOptions) {
    this.#random = new SeededRandom(options.seed);
    this.parts = options.parts ?? REAL_PARTS;
    this.log = new EventLog(this.scheduler, options.keepLog);
    this.network = new Network(this.scheduler, this.#random.fork('network'));
    this.broker = this.#broker();
    this.postgres = this.#postgres();
    this.exchange = this.#exchange();
    this.hyperliquid = this.#server('hyperliquid', this.exchange.hyperliquid);
    this.binance = this.#server('binance', this.exchange.binance);
    this.servers = new Map([this.hyperliquid, this.binance].map((server) => [server.name, server]));
    this.hosts = new Map(
      SERVICES.flatMap(([service, compose, places]) =>
        places.map((place) => [`${service}-${place}`, this.#host(service, place, compose)] as const),
      ),
    );
  }

  get nowUs(): number {
    return this.scheduler.nowUs;
  }

  get messagesUp(): boolean {
    return this.#messagesUp;
  }

  randomOf(name: string): Random {
    return this.#random.fork(name);
  }

  async start(): Promise<void> {
    await this.#fillDisks();
    this.exchange.start();
    for (const host of this.hosts.values()) host.boot();
  }

  host(name: string): SimHost {
    const host = this.hosts.get(name);
    if (host === undefined) throw new RangeError(`no host '${name}'`);
    return host;
  }

  /** Another process of this world that is no service: people, or a probe. */
  visitor(name: string): SimProcess {
    return new SimProcess(name, name, this.scheduler, new MachineClock(this.scheduler));
  }

  /** Whether a process on this machine could do its first steps now. */
  reachable(machine: string): boolean {
    const { network } = this;
    const whole = (server: string): boolean => !network.isCut(machine, server) && !network.isCut(server, machine);
    return this.postgres.up && this.#messagesUp && whole(POSTGRES) && whole(NATS);
  }

  stopMessages(): void {
    this.#messagesUp = false;
    for (const host of this.hosts.values()) host.messageServerDied();
  }

  startMessages(): void {
    this.#messagesUp = true;
  }

  storesOf(process: SimProcess): FleetStores {
    const parts = {
      process,
      scheduler: this.scheduler,
      network: this.network,
      server: this.postgres,
      hooks: {
        fate: (...call: Parameters<StoreHooks['fate']>) => this.hooks.fate(...call),
        diesAt: (...call: Parameters<StoreHooks['diesAt']>) => this.hooks.diesAt(...call),
      },
      log: this.log,
    };
    return {
      journal: remoteStore('journal', this.stores.journal, parts),
      risk: remoteStore('risk', this.stores.risk, parts),
      ledger: remoteStore('ledger', this.stores.ledger, parts),
      strategy: remoteStore('strategy', this.stores.strategy, parts),
      leases: remoteStore('leases', this.stores.leases, parts),
    };
  }

  diskOf(_process: SimProcess, disk: InMemoryDisk): Disk {
    return disk;
  }

  violated(invariant: string, message: string): void {
    this.violations.push({ invariant, message, atUs: this.scheduler.nowUs });
    this.log.write('checker', 'VIOLATION', `${invariant} ${message}`);
  }

  /** A broken promise of our own, or an error nobody caught. */
  bug(process: SimProcess, error: unknown): void {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.violated('no-bug', `${process.name}: ${text}`);
  }

  heard(process: SimProcess, level: LogLevel, eventType: string, data: LogData): void {
    for (const witness of this.witnesses) witness.logged?.(process, level, eventType, data);
  }

  #broker(): InMemoryBroker {
    const { clock, timers } = this.visitor(NATS);
    return new InMemoryBroker(clock, timers);
  }

  #postgres(): StoreServer & { up: boolean; slowness: number } {
    const random = this.#random.fork(POSTGRES);
    const server = {
      name: POSTGRES,
      up: true,
      slowness: 1,
      workUs: () => (200 + 300 * random.unit()) * server.slowness,
    };
    return server;
  }

  #exchange(): SyntheticExchange {
    const { clock, timers } = this.visitor('venue');
    return createSyntheticExchange(
      {
        seed: this.options.seed,
        accounts: [WALLET_ADDRESS.toLowerCase()],
        coins: ['BTC'],
        market: { quoteRate: 8 },
        recoverSigner: () => WALLET_ADDRESS.toLowerCase() as `0x${string}`,
      },
      { clock, timers, logger: new SilentLogger() },
    );
  }

  #server(name: 'hyperliquid' | 'binance', door: SyntheticExchange['binance']): ExchangeServer {
    for (const machine of MACHINES) this.network.setSpeed(machine, name, VENUE_LATENCY);
    return new ExchangeServer(name, door, (process, text) => {
      this.log.write(process.name, `>${name}`, text);
      for (const witness of this.witnesses) witness.bytesLeft?.(process, text);
    });
  }

  #host(service: string, place: string, compose: Compose): SimHost {
    const name = `${service}-${place}`;
    const random = this.#random.fork(`host ${name}`);
    return new SimHost(name, service, this, compose, random, new InMemoryDisk(), 0);
  }

  async #fillDisks(): Promise<void> {
    const encoder = new TextEncoder();
    for (const host of this.hosts.values()) {
      for (const [file, content] of Object.entries(STRATEGY_FILES))
        await host.disk.writeFile(`${STRATEGY_FOLDER}/${file}`, encoder.encode(JSON.stringify(content)));
    }
  }
}
