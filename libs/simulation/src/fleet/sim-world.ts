import type { Random, TimeNs } from '@argosy/domain';
import { VENUE_LIMITS } from '@argosy/exchange-core';
import { createSyntheticExchange, type SyntheticExchange } from '@argosy/exchange-wire';
import { type Disk, type Leadership, type LogData, type LogLevel, SilentLogger } from '@argosy/platform-port';
import { SeededRandom } from '@argosy/platform-runtime';
import { InMemoryBroker, type InMemoryBus, InMemoryDisk } from '@argosy/platform-virtual';
import { busLink } from '../kernel/bus-link.js';
import { EventLog } from '../kernel/event-log.js';
import { Network } from '../kernel/network.js';
import { remoteStore, type StoreFate, type StoreHooks, type StoreServer } from '../kernel/remote-store.js';
import { Scheduler } from '../kernel/scheduler.js';
import { MachineClock, SimProcess } from '../kernel/sim-process.js';
import { ExchangeServer, NO_TRAFFIC_FAULTS, type TrafficFaults } from '../venue/exchange-server.js';
import { CrashableBus, CrashableDisk } from './crash-ports.js';
import { type CrashPoint, CrashSchedule } from './crash-schedule.js';
import { type FleetParts, REAL_PARTS } from './fleet-parts.js';
import { KILL_FILE, STRATEGY_FILES, STRATEGY_FOLDER, WALLET_ADDRESS } from './fleet-settings.js';
import { type FleetStores, memoryStores, type MemoryStores } from './fleet-stores.js';
import { People } from './people.js';
import { MACHINES, SERVICES } from './services/all-services.js';
import type { Compose, HttpAnswer, HttpAsk } from './service-ports.js';
import { readSent } from './sent-action.js';
import { SimHost } from './sim-host.js';
import { tellOne, type Told, type Violation, type Witness } from './witness.js';

export interface WorldOptions {
  readonly seed: number;
  readonly keepLog?: boolean;
  readonly parts?: FleetParts;
}

const POSTGRES = 'postgres';
const NATS = 'nats';
const LOGGED_EACH = 10;
const VENUE_LATENCY = { latencyUs: 8_000, jitterUs: 6_000 };

/** One fleet with everything around it, made from a seed. */
export class SimWorld {
  readonly scheduler = new Scheduler();
  readonly log: EventLog;
  readonly network: Network;
  readonly broker: InMemoryBroker;
  readonly stores: MemoryStores = memoryStores(() => this.scheduler.nowUs / 1_000, {
    wrote: (batch) => {
      this.tell('wrote', batch);
    },
    decided: (decisions) => {
      this.tell('decided', decisions);
    },
    riskClaimed: () => {
      this.tell('riskClaimed');
    },
    strategyStopped: (strategy) => {
      this.tell('strategyStopped', strategy);
    },
    strategyReenabled: (strategy, actor) => {
      this.tell('strategyReenabled', strategy, actor);
    },
    claimed: (account, epoch) => {
      this.tell('claimed', account.accountId, epoch);
    },
  });
  /** Whoever stands for leadership or has it, by process. */
  readonly candidates = new Map<string, { readonly process: SimProcess; readonly leadership: Leadership }>();
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
  readonly people: People = new People(this);
  /** Where processes die or stand still, at the calls that make something durable. */
  readonly crashes = new CrashSchedule((process, point) => this.#crashed(process, point));
  readonly #troubles = new Set<{ readonly fate: StoreFate; readonly rate: number; readonly random: Random }>();
  readonly #hooks: StoreHooks = {
    fate: () => {
      for (const { fate, rate, random } of this.#troubles) if (random.unit() < rate) return fate;
      return 'done';
    },
    diesAt: this.crashes.diesAt,
  };
  #messagesUp = true;
  readonly #truth = new MachineClock(this.scheduler);
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

  /** Everybody who watches hears of it. */
  tell<What extends keyof Witness>(what: What, ...told: Told<What>): void {
    for (const witness of this.witnesses) tellOne(witness, what, told);
  }

  get nowUs(): number {
    return this.scheduler.nowUs;
  }

  /** The true time, ns since 1970: that of machines without a fault. */
  get nowNs(): TimeNs {
    return this.#truth.wallNs;
  }

  /** Writing it down costs: a tenth of all minutes tells as much. */
  get isLogged(): boolean {
    return this.options.seed % LOGGED_EACH === 0;
  }

  get messagesUp(): boolean {
    return this.#messagesUp;
  }

  randomOf(name: string): Random {
    return this.#random.fork(name);
  }

  /** A machine by name, or `leader:<service>`: whoever leads there now. */
  named(target: string): SimHost | undefined {
    if (!target.startsWith('leader:')) return this.hosts.get(target);
    const service = target.slice('leader:'.length);
    const all = [...this.hosts.values()].filter((host) => host.service === service);
    return all.find((host) => host.epoch !== undefined) ?? all[0];
  }

  /** A share of all calls to the database fails in one way; returns how it ends. */
  storeTrouble(fate: StoreFate, rate: number): () => void {
    const trouble = { fate, rate, random: this.randomOf(`store ${fate}`) };
    this.#troubles.add(trouble);
    return () => this.#troubles.delete(trouble);
  }

  deleteLease(name: string): void {
    void this.stores.leases.read([name]).then((rows) => {
      if (rows.has(name)) this.stores.leases.deleteRow(name);
    });
  }

  /** Ends one layer of traffic faults, also when another was laid over it meanwhile. */
  restoreTraffic(server: ExchangeServer, own: TrafficFaults, before: TrafficFaults): void {
    if (server.faults === own) server.faults = before;
    else server.faults = NO_TRAFFIC_FAULTS;
  }

  /** Somebody trades on our account with the venue's own page: an order nobody here has asked for. */
  tradeByHand(isBuy: boolean, hundredths: number): void {
    const { exchange } = this.exchange;
    const book = exchange.book(0);
    const best = (isBuy ? book.asks : book.bids)[0];
    if (best === undefined) return;
    this.exchange.host.execute({
      type: 'action',
      signer: WALLET_ADDRESS.toLowerCase(),
      nonce: this.exchange.host.nowMs,
      action: {
        type: 'order',
        orders: [{ asset: 0, isBuy, px: best.px, sz: `0.0${String(hundredths)}`, reduceOnly: false, tif: 'Ioc' }],
      },
    });
  }

  async start(): Promise<void> {
    await this.#fillDisks();
    this.exchange.start();
    for (const host of this.hosts.values()) host.boot();
  }

  /** Everything stops, so that nothing of this world is left. */
  end(): void {
    for (const host of this.hosts.values()) host.retire();
    this.exchange.stop();
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

  /** An HTTP request that has reached a machine; one without a process that serves it is lost. */
  serve(machine: string, ask: HttpAsk, answer: (answer: HttpAnswer) => void): void {
    const life = this.host(machine).life;
    life?.process.enter(() => {
      void life.service.http?.(ask).then((said) => life.process.enter(() => answer(said)));
    });
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
      there: this.network.way(process.machineName, POSTGRES),
      back: this.network.way(POSTGRES, process.machineName),
      server: this.postgres,
      hooks: this.#hooks,
      log: this.log,
    };
    return {
      journal: remoteStore('journal', this.stores.journal, parts),
      risk: remoteStore('risk', this.stores.risk, parts),
      ledger: remoteStore('ledger', this.stores.openLedger(), parts),
      strategy: remoteStore('strategy', this.stores.strategy, parts),
      leases: remoteStore('leases', this.stores.leases, parts),
      audit: remoteStore('audit', this.stores.audit, parts),
    };
  }

  diskOf(process: SimProcess, disk: InMemoryDisk): Disk {
    return new CrashableDisk(disk, process, this.crashes.diesAt);
  }

  busOf(process: SimProcess): InMemoryBus {
    const link = busLink(process, this.messageServer, this.network);
    return new CrashableBus(this.broker, link, process, this.scheduler, this.crashes.diesAt);
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
    this.tell('logged', process, level, eventType, data);
  }

  /** The process itself ends where the point was asked for. */
  #crashed(process: SimProcess, { target, side, pauseUs }: CrashPoint): void {
    this.log.write(process.name, `${pauseUs === undefined ? 'dies' : 'stands still'} ${side}`, target);
    this.tell('crashed', target, side);
    if (pauseUs === undefined) return;
    process.stop();
    this.scheduler.after(pauseUs, () => {
      process.resume();
      this.tell('faultEnded', 'pause_after');
    });
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
    const exchange = createSyntheticExchange(
      {
        seed: this.options.seed,
        accounts: [WALLET_ADDRESS.toLowerCase()],
        coins: ['BTC'],
        market: { quoteRate: 4 },
        blockIntervalMs: 300,
        // Nobody here listens to them.
        bestIntervalMs: 1_000,
        tickMs: 100,
        limits: VENUE_LIMITS,
        recoverSigner: () => WALLET_ADDRESS.toLowerCase() as `0x${string}`,
      },
      { clock, timers, logger: new SilentLogger() },
    );
    exchange.host.listen((event) => {
      if (event.type === 'order') {
        this.log.write('venue', 'order', JSON.stringify(event.update));
        this.tell('venueOrder', event.update);
      } else if (event.type === 'fill') {
        this.log.write('venue', 'fill', JSON.stringify(event.fill));
        this.tell('venueFill', event.fill);
      }
    });
    return exchange;
  }

  #server(name: 'hyperliquid' | 'binance', door: SyntheticExchange['binance']): ExchangeServer {
    for (const machine of MACHINES) this.network.setSpeed(machine, name, VENUE_LATENCY);
    return new ExchangeServer(name, door, {
      left: (process, text) => {
        this.log.write(process.name, `>${name}`, text);
        const action = readSent(text);
        if (action === undefined) this.tell('venueAsked', process, text);
        else this.tell('sent', process, action);
      },
      answered: ({ from, body }) => {
        this.tell('venueAnswered', from, body);
      },
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
      // Of a folder that was never made nobody knows whether the file that kills is in it.
      await host.disk.writeFile(`${KILL_FILE}.is-watched-here`, new Uint8Array(0));
      for (const [file, content] of Object.entries(STRATEGY_FILES))
        await host.disk.writeFile(`${STRATEGY_FOLDER}/${file}`, encoder.encode(JSON.stringify(content)));
    }
  }
}
