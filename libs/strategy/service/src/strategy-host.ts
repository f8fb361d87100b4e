import type {
  ConfigureStrategy,
  LoadStrategy,
  ServiceStatus,
  StartStrategy,
  StopStrategy,
  StrategiesPage,
  StrategyView,
  UnloadStrategy,
} from '@argosy/contracts';
import { Fault, ok, type Refusal, type Result, type TimeNs, type Timer } from '@argosy/domain';
import { describeProcess, type ProcessFacts } from '@argosy/platform-port';
import type { StrategyConfigReader, StrategyTypes } from '@argosy/strategy-api';
import { AccountMirror } from './account-mirror.js';
import type { HostSettings } from './host-settings.js';
import { MarketTap } from './market-tap.js';
import { OrderSweep } from './order-sweep.js';
import { STRATEGY_STATUSES } from './strategy-host.metrics.js';
import { StrategyLoading } from './strategy-loading.js';
import { StrategyResuming } from './strategy-resuming.js';
import { StrategyRunning } from './strategy-running.js';
import { HOST, StrategyShelf, unknownStrategy, viewOf } from './strategy-shelf.js';
import { type StarterPorts, StrategyStarter } from './strategy-starter.js';
import { TradingWatch } from './trading-watch.js';

const MEASURE_MS = 1_000;
/** How often a standby looks how many strategies it would have to start. */
const WARM_MS = 5_000;

export interface HostPorts extends StarterPorts {
  readonly reader: StrategyConfigReader;
  readonly facts: ProcessFacts;
}

/** Everything that people do with strategies, and what the fleet tells them. */
export class StrategyHost {
  private readonly shelf: StrategyShelf;
  private readonly mirror: AccountMirror;
  private readonly tap: MarketTap;
  private readonly trading: TradingWatch;
  private readonly loading: StrategyLoading;
  private readonly running: StrategyRunning;
  private readonly resuming: StrategyResuming;
  private readonly startedNs: TimeNs;
  private measuring: Timer | undefined;
  private warming: Timer | undefined;
  private isLeading = false;

  constructor(
    types: StrategyTypes,
    private readonly settings: HostSettings,
    private readonly ports: HostPorts,
  ) {
    const accounts = settings.accounts.map(({ accountId }) => accountId);
    this.shelf = new StrategyShelf(ports);
    this.mirror = new AccountMirror(accounts, ports, (event) => this.running.sawFact(event));
    this.tap = new MarketTap(settings.bookLevelsMax, ports);
    this.trading = new TradingWatch(ports, {
      killed: (reason) => this.running.killed(reason),
      changed: () => this.running.tellModes(),
      ledAnew: () => this.running.askAgain(),
    });
    const sweep = new OrderSweep(ports);
    const starter = new StrategyStarter(types, settings, this.mirror, this.tap, this.trading, ports);
    this.loading = new StrategyLoading(types, settings, this.shelf, starter, sweep, ports);
    this.running = new StrategyRunning(this.shelf, this.loading, starter, sweep, this.trading, ports);
    this.resuming = new StrategyResuming(this.shelf, this.running, ports);
    this.startedNs = ports.clock.now();
  }

  /**
   * Standing by: as many processes as strategies are wanted running have their code loaded, and nobody is fed. Reads the
   * store and changes nothing. Ends with `start` or `stop`.
   */
  async warm(): Promise<void> {
    await this.warmOnce();
    this.warming ??= this.ports.timers.every(WARM_MS, () => void this.warmOnce());
  }

  private async warmOnce(): Promise<void> {
    try {
      const stored = await this.ports.store.loaded();
      if (!this.isLeading) this.ports.runner.warm(stored.filter(({ wanted }) => wanted === 'running').length);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      // Without its store a standby takes over a little slower, that is all.
      this.ports.logger.warning('standby_not_warm', { reason: error.message });
    }
  }

  /**
   * Leading: brings back what was loaded, loads the enabled files, and goes on in the background with what was running.
   * Faults: STORE_UNAVAILABLE.
   */
  async start(): Promise<void> {
    this.isLeading = true;
    this.warming?.cancel();
    await this.mirror.start();
    this.tap.start();
    this.trading.start();
    this.measuring = this.ports.timers.every(MEASURE_MS, () => this.everySecond());
    const wanted = await this.loading.restore();
    await this.loading.loadFiles();
    for (const entry of wanted) void this.resuming.resume(entry);
  }

  /** Drains: strategies cancel, their orders are seen cancelled, and what ran is remembered as wanted. Idempotent. */
  async stop(): Promise<void> {
    this.warming?.cancel();
    if (this.isLeading) {
      this.isLeading = false;
      await this.running.drain();
      this.measuring?.cancel();
      this.trading.stop();
      this.tap.stop();
      await this.mirror.stop();
    }
    this.ports.runner.close();
  }

  /** For the health report. */
  waitingFor(): string | undefined {
    const waiting = this.settings.accounts.flatMap(({ accountId }) => {
      const why = this.mirror.waitingFor(accountId);
      return why === undefined ? [] : [`${accountId}: ${why}`];
    });
    return waiting.length === 0 ? undefined : waiting.join('; ');
  }

  list(): Result<StrategiesPage, Refusal> {
    const all = [...this.shelf.all()].sort((a, b) => (a.strategyId < b.strategyId ? -1 : 1));
    return ok({ strategies: all.map(viewOf) });
  }

  get(request: { readonly strategyId: string }): Result<StrategyView, Refusal> {
    const entry = this.shelf.entry(request.strategyId);
    return entry === undefined ? unknownStrategy(request.strategyId) : ok(viewOf(entry));
  }

  status(): Result<ServiceStatus, Refusal> {
    return ok({
      ...describeProcess(this.ports.facts),
      service: HOST,
      role: 'primary',
      epoch: this.ports.leadership?.current()?.epoch ?? 0,
      ready: this.waitingFor() === undefined,
      startedNs: this.startedNs,
      venues: [],
    });
  }

  /** Loads a strategy, or replaces the configuration of one that does not run. */
  async load(command: LoadStrategy): Promise<Result<StrategyView, Refusal>> {
    return this.loading.load(command);
  }

  /** Idempotent: one that runs goes on running. */
  async startStrategy(command: StartStrategy): Promise<Result<StrategyView, Refusal>> {
    return this.running.start(command);
  }

  /** An empty id stops every strategy. Idempotent. */
  async stopStrategy(command: StopStrategy): Promise<Result<StrategyView | StrategiesPage, Refusal>> {
    if (command.strategyId !== '') return this.running.stop(command);
    await this.running.stopAll(command);
    return this.list();
  }

  /** Changes what the patch names; a running strategy hears of new parameters at once. */
  async configure(command: ConfigureStrategy): Promise<Result<StrategyView, Refusal>> {
    return this.loading.configure(command);
  }

  async unload(command: UnloadStrategy): Promise<Result<Record<string, never>, Refusal>> {
    return this.loading.unload(command);
  }

  private everySecond(): void {
    const all = this.shelf.all();
    for (const status of STRATEGY_STATUSES)
      this.ports.metrics.strategies.set({ status }, all.filter((entry) => entry.status === status).length);
    void this.shelf.retryUnstored();
  }
}
