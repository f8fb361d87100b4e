import { type Clock, nsToMs, type Timer, type Timers } from '@argosy/domain';
import type { Disk, Logger } from '@argosy/platform-port';
import { type CommandJournal, ExchangeWires, NoJournal, OPENING_GRANT_USDC, type World } from '@argosy/exchange-wire';
import { readFaults } from './read-faults.js';
import { FileJournal } from './journal/file-journal.js';
import { StateFolder } from './journal/state-folder.js';
import { openMarket } from './open-market.js';
import { WebServer } from './server/web-server.js';
import type { SimConfig } from './sim-config.js';

export interface SimulatorPorts {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly disk: Disk;
  readonly logger: Logger;
  /** The exchange can no longer keep its promises: end the process. */
  readonly onFatal: (error: unknown) => void;
}

export interface SimulatorAddresses {
  readonly port: number;
  readonly binancePort: number | undefined;
  readonly controlPort: number | undefined;
}

/** How often a snapshot saves the next start from reading the log. */
const SNAPSHOT_INTERVAL_MS = 300_000;

/** The simulated exchange as one process: its rules, a market, and the sockets of two protocols. */
export class Simulator {
  private readonly running: Timer[] = [];
  private saving: Promise<void> = Promise.resolve();

  private constructor(
    private readonly world: World,
    private readonly wires: ExchangeWires,
    private readonly servers: {
      readonly hyperliquid: WebServer;
      readonly binance: WebServer;
      readonly control: WebServer;
    },
    private readonly ports: SimulatorPorts,
    private readonly state:
      { readonly folder: StateFolder; readonly journal: FileJournal; segment: number } | undefined,
  ) {}

  /**
   * Builds the exchange, from the state on disk where there is some.
   * @throws UsageError for fault rules that are none, RecordingError, StateError, or Fault STORE_UNAVAILABLE
   */
  static async open(config: SimConfig, ports: SimulatorPorts): Promise<Simulator> {
    const nowMs = nsToMs(ports.clock.now());
    const folder = config.dataFolder === undefined ? undefined : new StateFolder(ports.disk, config.dataFolder);
    const segment = folder === undefined ? 0 : ((await folder.segments()).at(-1) ?? 0) + 1;
    const world = await openMarket(config, ports, folder, nowMs);
    const fileJournal =
      folder === undefined ? undefined : new FileJournal(await folder.openSegment(segment), ports.onFatal);
    const journal: CommandJournal = fileJournal ?? new NoJournal();
    world.connect(journal);
    const faults = config.faultsFile === undefined ? {} : { faults: await readFaults(ports.disk, config.faultsFile) };
    const wires = new ExchangeWires(world, { ...config, ...faults }, ports);
    const servers = {
      hyperliquid: new WebServer(wires.hyperliquid, ports.logger),
      binance: new WebServer(wires.binance, ports.logger),
      control: new WebServer(wires.control, ports.logger),
    };
    const state =
      folder === undefined || fileJournal === undefined ? undefined : { folder, journal: fileJournal, segment };
    const simulator = new Simulator(world, wires, servers, ports, state);
    await simulator.open(config.accounts);
    return simulator;
  }

  /** Listens, and lets the market move. */
  async start(config: SimConfig): Promise<SimulatorAddresses> {
    const port = await this.servers.hyperliquid.listen(config.host, config.port);
    const { binancePort: wanted } = config;
    const binancePort = wanted === undefined ? undefined : await this.servers.binance.listen(config.host, wanted);
    const { controlPort: control } = config;
    const controlPort = control === undefined ? undefined : await this.servers.control.listen(config.host, control);
    this.wires.start();
    if (this.state !== undefined)
      this.running.push(this.ports.timers.every(SNAPSHOT_INTERVAL_MS, () => void this.save()));
    return { port, binancePort, controlPort };
  }

  /** Everything acknowledged is safe when this resolves. */
  async stop(): Promise<void> {
    for (const timer of this.running) timer.cancel();
    this.wires.stop();
    await Promise.all(Object.values(this.servers).map((server) => server.close()));
    await this.save();
    await this.state?.journal.close();
  }

  /** Accounts that the command line names have their money from the first start on. */
  private async open(accounts: readonly string[]): Promise<void> {
    const { host } = this.world;
    for (const body of this.world.opening) host.execute(body);
    for (const account of accounts) {
      if (host.exchange.role(account).role === 'missing')
        host.execute({ type: 'deposit', account, amount: OPENING_GRANT_USDC });
    }
    await host.durable();
    await this.save();
  }

  /** Snapshots the state between two segments of the log. */
  private save(): Promise<void> {
    this.saving = this.saving.then(() => this.saveNow()).catch((error: unknown) => this.ports.onFatal(error));
    return this.saving;
  }

  private async saveNow(): Promise<void> {
    const { state } = this;
    if (state === undefined) return;
    const segment = state.segment + 1;
    const file = await state.folder.openSegment(segment);
    // Nothing is executed between these two lines, so the snapshot is what the next segment goes on from.
    const safe = state.journal.switchTo(file);
    const snapshot = { segment, ...this.world.snapshot() };
    state.segment = segment;
    await safe;
    await state.folder.saveSnapshot(snapshot);
  }
}
