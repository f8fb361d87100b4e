import { Fault, type Random } from '@argosy/domain';
import type { InMemoryBus, InMemoryDisk } from '@argosy/platform-virtual';
import { LEASE_TIMES, LeadershipMetrics, LeaseLeadership } from '@argosy/platform-election';
import { type ProcessFacts, type Route, SilentMetrics } from '@argosy/platform-port';
import { watchConnection } from '../kernel/bus-link.js';
import { MachineClock, SimProcess } from '../kernel/sim-process.js';
import { SimLogger } from '../kernel/sim-logger.js';
import { SimHttpClient, SimWebSocketClient } from '../kernel/sim-sockets.js';
import { bindTable } from './bind-table.js';
import type { Compose, ServicePorts, SimService } from './service-ports.js';
import type { SimWorld } from './sim-world.js';

/** How long the supervisor waits before it starts a process again, and how long a process takes to load. */
const RESTART_US = 250_000;
const LOADING_US = 150_000;
/** A standby that looks less often costs less, and takes over as safely; the two that trading waits for look more often. */
const POLL_MS = 250;
const TRADING_POLL_MS = 100;
const TRADING: ReadonlySet<string> = new Set(['execution', 'risk']);
/** How often a process that comes up asks whether its server and its database answer. */
const PROBE_US = 100_000;

const aProcess = (pid: number): ProcessFacts => ({
  version: 'simulation',
  pid,
  memoryBytes: () => 0,
  conditions: () => [],
});

interface Life {
  readonly process: SimProcess;
  readonly bus: InMemoryBus;
  readonly service: SimService;
  readonly serverDied: () => void;
  ready: boolean;
}

/** One place where a service runs: its machine, its disk, and the process of the moment, which the supervisor renews. */
export class SimHost {
  readonly machine: MachineClock;
  #life: Life | undefined;
  #lives = 0;
  #wanted = false;

  constructor(
    readonly name: string,
    /** `execution` of `execution-b`. */
    readonly service: string,
    private readonly world: SimWorld,
    private readonly compose: Compose,
    private readonly random: Random,
    readonly disk: InMemoryDisk,
    driftPpm: number,
  ) {
    this.machine = new MachineClock(world.scheduler, driftPpm);
  }

  get life(): Life | undefined {
    return this.#life;
  }

  get lives(): number {
    return this.#lives;
  }

  get isUp(): boolean {
    return this.#life?.process.alive === true;
  }

  /** Started, and with nothing to wait for. */
  get isReady(): boolean {
    const life = this.#life;
    return life !== undefined && life.process.alive && life.ready && life.service.waitingFor() === undefined;
  }

  get waitingFor(): string {
    const life = this.#life;
    if (life?.process.alive !== true) return 'is down';
    return life.service.waitingFor() ?? (life.ready ? '' : 'is starting');
  }

  /** Of the lease that its process holds now, whether or not it may still use it. */
  get epoch(): number | undefined {
    return this.isUp ? this.#life?.service.epoch() : undefined;
  }

  boot(): void {
    this.#wanted = true;
    this.world.scheduler.after(LOADING_US * (0.5 + this.random.unit()), () => this.#load());
  }

  /** kill -9; the supervisor starts it again. */
  kill(): void {
    this.#life?.process.kill();
  }

  /** SIGTERM: it ends its own way, and by force if that takes too long. */
  terminate(): void {
    const life = this.#life;
    if (life === undefined || !life.process.alive) return;
    this.world.scheduler.after(5_000_000, () => life.process.kill());
    life.process.enter(() => {
      void life.service.stop().then(
        () => life.process.kill(),
        () => life.process.kill(),
      );
    });
  }

  /** SIGSTOP for so long, or a loop that does not turn. */
  pause(forUs: number): void {
    const process = this.#life?.process;
    if (process?.alive !== true) return;
    process.stop();
    this.world.scheduler.after(forUs, () => process.resume());
  }

  /** Nobody starts it again: the end of the run. */
  retire(): void {
    this.#wanted = false;
    this.#life?.process.kill();
  }

  messageServerDied(): void {
    this.#life?.serverDied();
  }

  #load(): void {
    const { world } = this;
    if (!this.#wanted || this.isUp) return;
    if (!world.reachable(this.name)) {
      world.scheduler.after(PROBE_US, () => this.#load());
      return;
    }
    this.#lives += 1;
    const process = new SimProcess(`${this.name}#${String(this.#lives)}`, this.name, world.scheduler, this.machine);
    const bus = world.busOf(process);
    const { serverDied } = watchConnection(bus, process, {
      server: world.messageServer,
      network: world.network,
      scheduler: world.scheduler,
      isUp: () => world.messagesUp,
    });
    const ports = this.#ports(process, bus);
    const service = this.compose(ports);
    const life: Life = { process, bus, service, serverDied, ready: false };
    this.#life = life;
    world.log.write(process.name, 'born');
    process.onEnd(() => this.#ended(process));
    process.enter(() => {
      service
        .start((routes: readonly Route[]) => bindTable(routes, { bus, panic: ports.panic }))
        .then(
          () => {
            life.ready = true;
          },
          (error: unknown) => {
            if (error instanceof Fault) ports.leave(`start failed: ${error.message}`);
            else ports.panic(error);
          },
        );
    });
  }

  #ports(process: SimProcess, bus: InMemoryBus): ServicePorts {
    const { world } = this;
    const stores = world.storesOf(process);
    const logger = new SimLogger(world.log, process, (...line) => world.heard(...line));
    const leave = (reason: string): void => {
      world.log.write(process.name, 'leaves', reason);
      process.kill();
    };
    const sockets = { process, scheduler: world.scheduler, network: world.network, servers: world.servers };
    return {
      process,
      bus,
      random: world.randomOf(process.name),
      http: new SimHttpClient(sockets),
      webSocket: new SimWebSocketClient(sockets),
      disk: world.diskOf(process, this.disk),
      logger,
      facts: aProcess(this.#lives),
      stores,
      parts: world.parts,
      isLogged: world.isLogged,
      leadership: (names) => {
        const leadership = new LeaseLeadership(
          {
            candidate: process.name,
            names,
            times: { ...LEASE_TIMES, pollMs: TRADING.has(this.service) ? TRADING_POLL_MS : POLL_MS },
          },
          {
            store: stores.leases,
            clock: process.clock,
            timers: process.timers,
            logger,
            metrics: new LeadershipMetrics(new SilentMetrics()),
          },
        );
        leadership.onLost(({ reason }) => leave(reason));
        world.candidates.set(process.name, { process, leadership });
        process.onEnd(() => world.candidates.delete(process.name));
        return leadership;
      },
      panic: (error) => {
        world.bug(process, error);
        process.kill();
      },
      leave,
    };
  }

  #ended(process: SimProcess): void {
    this.world.log.write(process.name, 'died');
    if (this.#wanted) this.world.scheduler.after(RESTART_US * (0.5 + this.random.unit()), () => this.boot());
  }
}
