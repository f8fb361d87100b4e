import {
  type AccountEvent,
  type ConfigureStrategy,
  type LoadStrategy,
  type ServiceStatus,
  type StartStrategy,
  type StopStrategy,
  type StrategiesPage,
  type StrategyView,
  subjects,
  tradingStateCodec,
  tradingStateRequestCodec,
  type UnloadStrategy,
} from '@argosy/contracts';
import {
  describeRefusal,
  Fault,
  ok,
  type Refusal,
  refusal,
  refused,
  type Result,
  type StrategyId,
  type TimeNs,
  type Timer,
} from '@argosy/domain';
import { describeProcess, type ProcessFacts } from '@argosy/platform-port';
import {
  type ConfigRead,
  type StrategyConfig,
  strategyConfigJson,
  type StrategyConfigReader,
  type StrategyHistoryAction,
  type StrategyProblem,
  type StrategyTypes,
  strategyValidationReport,
} from '@argosy/strategy-api';
import { AccountMirror } from './account-mirror.js';
import { patched, strategyProblems } from './config-check.js';
import type { HostSettings } from './host-settings.js';
import { MarketTap } from './market-tap.js';
import { OrderSweep } from './order-sweep.js';
import { StrategyEntry } from './strategy-entry.js';
import { STRATEGY_STATUSES } from './strategy-host.metrics.js';
import { type StarterPorts, StrategyStarter } from './strategy-starter.js';

const COMMANDS_WAITING_MAX = 16;
const REQUEST_TIMEOUT_MS = 2_000;
const METRICS_MS = 1_000;
/** After a restart: how long and how often the fleet is asked whether strategies may go on. */
const RESUME_TRIES_MAX = 60;
const RESUME_RETRY_MS = 1_000;
const TEXT_MAX = 4_000;
const HOST = 'strategy-host';

export interface HostPorts extends StarterPorts {
  readonly reader: StrategyConfigReader;
  readonly facts: ProcessFacts;
}

/** Everything that people do with strategies, and what the fleet tells them: one command at a time for each strategy. */
export class StrategyHost {
  private readonly entries = new Map<StrategyId, StrategyEntry>();
  private readonly mirror: AccountMirror;
  private readonly tap: MarketTap;
  private readonly sweep: OrderSweep;
  private readonly starter: StrategyStarter;
  private readonly startedNs: TimeNs;
  /** Requests of the last run of each that may still become orders. */
  private readonly lastDesks = new Map<StrategyId, { readonly outstanding: number }>();
  private measuring: Timer | undefined;
  private isStopping = false;

  constructor(
    private readonly types: StrategyTypes,
    private readonly settings: HostSettings,
    private readonly ports: HostPorts,
  ) {
    const accounts = settings.accounts.map(({ accountId }) => accountId);
    this.mirror = new AccountMirror(accounts, ports, (event) => this.sawFact(event));
    this.tap = new MarketTap(settings.bookLevelsMax, ports);
    this.sweep = new OrderSweep(ports);
    this.starter = new StrategyStarter(types, settings, this.mirror, this.tap, ports);
    this.startedNs = ports.clock.now();
  }

  /** Brings back what was loaded, loads the enabled files, and goes on in the background with what was running. */
  async start(): Promise<void> {
    await this.mirror.start();
    this.tap.start();
    this.measuring = this.ports.timers.every(METRICS_MS, () => this.measure());
    const wanted = await this.restore();
    await this.loadFiles();
    for (const entry of wanted) void this.resume(entry);
  }

  /** Drains: strategies cancel, their orders are seen cancelled, and what ran is remembered as wanted. */
  async stop(): Promise<void> {
    this.isStopping = true;
    await Promise.all([...this.entries.values()].map((entry) => this.inTurn(entry, () => this.drain(entry))));
    this.measuring?.cancel();
    this.tap.stop();
    await this.mirror.stop();
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
    const all = [...this.entries.values()].sort((a, b) => (a.strategyId < b.strategyId ? -1 : 1));
    return ok({ strategies: all.map((entry) => this.viewOf(entry)) });
  }

  get(request: { readonly strategyId: string }): Result<StrategyView, Refusal> {
    const entry = this.entry(request.strategyId);
    return entry === undefined ? unknown(request.strategyId) : ok(this.viewOf(entry));
  }

  status(): Result<ServiceStatus, Refusal> {
    return ok({
      ...describeProcess(this.ports.facts),
      service: HOST,
      role: 'primary',
      epoch: 0,
      ready: this.waitingFor() === undefined,
      startedNs: this.startedNs,
      venues: [],
    });
  }

  /** Loads a strategy, or replaces the configuration of one that does not run. */
  async load(command: LoadStrategy): Promise<Result<StrategyView, Refusal>> {
    const read = await this.read(command);
    if (!read.ok) return refused(problemsRefusal(read.problems));
    const problems = strategyProblems(read.value, this.types, this.settings.accounts);
    if (problems.length > 0) return refused(problemsRefusal(problems));
    return this.keep(read.value, command.actor, command.configFile === '' ? 'from text' : `from ${command.configFile}`);
  }

  private async read({ configFile, configJson }: LoadStrategy): Promise<ConfigRead<StrategyConfig>> {
    if ((configFile === '') === (configJson === '')) return { ok: false, problems: [ONE_SOURCE] };
    return configFile === '' ? this.ports.reader.readText(configJson) : this.ports.reader.readFile(configFile);
  }

  private async keep(config: StrategyConfig, actor: string, reason: string): Promise<Result<StrategyView, Refusal>> {
    const { strategyId } = config;
    const entry = this.entries.get(strategyId) ?? new StrategyEntry(config, 0);
    if (entry.configVersion === 0 && this.entries.size >= this.settings.strategiesMax)
      return refused(
        refusal('conflict', { strategies: String(this.entries.size), limit: String(this.settings.strategiesMax) }),
      );
    // Known from here on, so that a second load of the same id waits its turn.
    this.entries.set(strategyId, entry);
    const kept = await this.inTurn(entry, async () => {
      const busy = this.whyBusy(entry);
      if (busy !== undefined) return refused(refusal('conflict', { strategy: strategyId, why: busy }));
      entry.configVersion = await this.ports.store.saveConfig(strategyId, strategyConfigJson(config));
      entry.config = config;
      [entry.status, entry.reason, entry.instruments] = ['stopped', '', []];
      await this.record(entry, 'loaded', actor, reason);
      await this.tellLimits(entry);
      this.ports.logger.info('strategy_loaded', { strategy_id: strategyId, type: config.type, actor });
      return ok(this.viewOf(entry));
    }).catch((error: unknown) => {
      if (entry.configVersion === 0) this.entries.delete(strategyId);
      throw error;
    });
    return kept;
  }

  /** Risk keeps limits in its own store; when it does not answer now, a start insists. */
  private async tellLimits(entry: StrategyEntry): Promise<void> {
    const told = await this.starter.setLimits(entry.config);
    if (told.ok) return;
    this.ports.logger.warning('strategy_limits_not_told', {
      strategy_id: entry.strategyId,
      reason: describeRefusal(told.refusal),
    });
  }

  /** Idempotent: one that runs goes on running. */
  async startStrategy({ strategyId, actor }: StartStrategy): Promise<Result<StrategyView, Refusal>> {
    return this.commanded(strategyId, async (entry) => {
      if (entry.session !== undefined) return ok(this.viewOf(entry));
      return this.begin(entry, actor, 'started');
    });
  }

  private async begin(
    entry: StrategyEntry,
    actor: string,
    action: 'started' | 'resumed',
  ): Promise<Result<StrategyView, Refusal>> {
    const busy = this.isStopping ? 'the host is stopping' : this.whyBusy(entry);
    if (busy !== undefined) return refused(refusal('conflict', { strategy: entry.strategyId, why: busy }));
    const problems = strategyProblems(entry.config, this.types, this.settings.accounts);
    if (problems.length > 0) return refused(problemsRefusal(problems));
    [entry.status, entry.reason] = ['starting', ''];
    const begun = await this.starter
      .start(entry, (reason) => this.failed(entry, reason))
      .catch((error: unknown) => {
        entry.status = 'stopped';
        throw error;
      });
    if (!begun.ok) {
      [entry.status, entry.reason] = ['stopped', `not started: ${describeRefusal(begun.refusal)}`];
      await this.record(entry, 'refused', actor, entry.reason);
      return refused(begun.refusal);
    }
    // It may have failed on its very first event.
    if (this.has(entry, 'starting')) entry.status = 'running';
    await this.ports.store.want(entry.strategyId, this.has(entry, 'running') ? 'running' : 'stopped');
    await this.record(entry, action, actor, `account ${entry.account?.accountId ?? ''}`);
    this.ports.logger.info('strategy_started', {
      strategy_id: entry.strategyId,
      message: `Strategy ${entry.strategyId} started successfully`,
      actor,
    });
    return ok(this.viewOf(entry));
  }

  /** An empty id stops every strategy. Idempotent. */
  async stopStrategy(command: StopStrategy): Promise<Result<StrategyView | StrategiesPage, Refusal>> {
    if (command.strategyId !== '') return this.commanded(command.strategyId, (entry) => this.halt(entry, command));
    await Promise.all([...this.entries.values()].map((entry) => this.inTurn(entry, () => this.halt(entry, command))));
    return this.list();
  }

  private async halt(entry: StrategyEntry, command: StopStrategy): Promise<Result<StrategyView, Refusal>> {
    const { actor, cancelOrders, force } = command;
    const reason = command.reason === '' ? `stopped by ${actor}` : command.reason;
    if (entry.session !== undefined || entry.isResuming) {
      entry.isResuming = false;
      await this.ports.store.want(entry.strategyId, 'stopped');
      await this.endRun(entry, reason, force);
      await this.record(entry, 'stopped', actor, reason);
      this.ports.logger.info('strategy_stopped', { strategy_id: entry.strategyId, actor, reason });
    }
    if (cancelOrders) this.cancelOrders(entry, reason, entry.status === 'error' ? 'error' : 'stopped');
    return ok(this.viewOf(entry));
  }

  private async endRun(entry: StrategyEntry, reason: string, isForced: boolean): Promise<void> {
    const { session } = entry;
    if (session === undefined) {
      [entry.status, entry.reason] = ['stopped', reason];
      return;
    }
    entry.status = 'stopping';
    if (isForced) session.end(reason);
    else await session.stop(reason);
    // It may have failed while stopping; then that is what people should read.
    if (this.has(entry, 'stopping')) [entry.status, entry.reason] = ['stopped', reason];
    this.letGo(entry);
  }

  private letGo(entry: StrategyEntry): void {
    if (entry.session !== undefined) this.lastDesks.set(entry.strategyId, entry.session.desk);
    entry.ended();
  }

  private cancelOrders(entry: StrategyEntry, reason: string, after: 'stopped' | 'error'): void {
    if (entry.sweeping !== undefined) return;
    if (after === 'stopped') entry.status = 'stopping';
    const isQuiet = (): boolean => (this.lastDesks.get(entry.strategyId)?.outstanding ?? 0) === 0;
    entry.sweeping = this.sweep.run(entry.strategyId, reason, isQuiet).then((left) => {
      entry.sweeping = undefined;
      if (this.has(entry, 'stopping')) entry.status = 'stopped';
      if (left !== undefined) entry.reason = `${entry.reason}; ${left}`;
    });
  }

  /** A strategy that threw, hung, flooded or made no sense: it alone ends, and its orders with it. */
  private failed(entry: StrategyEntry, reason: string): void {
    [entry.status, entry.reason] = ['error', reason];
    this.letGo(entry);
    this.ports.logger.error('strategy_failed', { strategy_id: entry.strategyId, reason });
    this.cancelOrders(entry, reason, 'error');
    void this.remembered(entry, reason);
  }

  private async remembered(entry: StrategyEntry, reason: string): Promise<void> {
    try {
      await this.ports.store.want(entry.strategyId, 'stopped');
      await this.record(entry, 'failed', HOST, reason);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      // After a restart it would be resumed, and fail again.
      this.ports.logger.error('strategy_failure_not_stored', { strategy_id: entry.strategyId, reason: error.message });
    }
  }

  /** Changes what the patch names; a running strategy hears of new parameters at once. */
  async configure({ strategyId, patchJson, actor }: ConfigureStrategy): Promise<Result<StrategyView, Refusal>> {
    const patch = this.ports.reader.readPatch(patchJson);
    if (!patch.ok) return refused(problemsRefusal(patch.problems));
    return this.commanded(strategyId, async (entry) => {
      const config = patched(entry.config, patch.value);
      const problems = strategyProblems(config, this.types, this.settings.accounts);
      if (problems.length > 0) return refused(problemsRefusal(problems));
      const why = await this.whyNotReconfigured(entry, config);
      if (why !== undefined) return refused(why);
      entry.configVersion = await this.ports.store.saveConfig(entry.strategyId, strategyConfigJson(config));
      entry.config = config;
      if (patch.value.parameters !== undefined)
        entry.session?.reconfigure(config.parameters, String(entry.configVersion));
      await this.record(entry, 'configured', actor, patchJson.slice(0, TEXT_MAX));
      this.ports.logger.info('strategy_configured', {
        strategy_id: entry.strategyId,
        actor,
        version: entry.configVersion,
      });
      return ok(this.viewOf(entry));
    });
  }

  private async whyNotReconfigured(entry: StrategyEntry, config: StrategyConfig): Promise<Refusal | undefined> {
    if (config.paperTrading !== entry.config.paperTrading) {
      const busy = this.whyBusy(entry);
      if (busy !== undefined) return refusal('conflict', { strategy: entry.strategyId, why: `paper_trading: ${busy}` });
      const open = await this.sweep.openOrders(entry.strategyId);
      if (open === undefined)
        return refusal('service_degraded', { service: 'execution', why: 'its open orders are unknown' });
      if (open.length > 0)
        return refusal('conflict', {
          open_orders: String(open.length),
          why: 'cancel them first: stop it with cancel_orders',
        });
    }
    // Risk has the new limits before anybody trades under them.
    const told = await this.starter.setLimits(config);
    return told.ok ? undefined : told.refusal;
  }

  async unload({ strategyId, actor }: UnloadStrategy): Promise<Result<Record<string, never>, Refusal>> {
    return this.commanded(strategyId, async (entry) => {
      const busy = this.whyBusy(entry);
      if (busy !== undefined) return refused(refusal('conflict', { strategy: strategyId, why: busy }));
      await this.ports.store.unload(entry.strategyId);
      await this.record(entry, 'unloaded', actor, '');
      this.entries.delete(entry.strategyId);
      this.lastDesks.delete(entry.strategyId);
      this.ports.logger.info('strategy_unloaded', { strategy_id: entry.strategyId, actor });
      return ok({});
    });
  }

  private whyBusy(entry: StrategyEntry): string | undefined {
    if (entry.session !== undefined) return 'it runs; stop it first';
    return entry.sweeping === undefined ? undefined : 'its orders are still being cancelled';
  }

  private async restore(): Promise<readonly StrategyEntry[]> {
    const wanted: StrategyEntry[] = [];
    for (const stored of await this.ports.store.loaded()) {
      const read = this.ports.reader.readText(stored.configJson);
      const entry = new StrategyEntry(read.ok ? read.value : unreadable(stored.strategyId), stored.configVersion);
      const problems = read.ok ? strategyProblems(read.value, this.types, this.settings.accounts) : read.problems;
      if (problems.length > 0)
        [entry.status, entry.reason] = ['error', strategyValidationReport(problems).slice(0, TEXT_MAX)];
      else if (stored.wanted === 'running') wanted.push(entry);
      this.entries.set(stored.strategyId, entry);
    }
    return wanted;
  }

  private async loadFiles(): Promise<void> {
    for (const file of await this.ports.reader.list()) {
      const read = await this.ports.reader.readFile(file);
      const problems = read.ok ? strategyProblems(read.value, this.types, this.settings.accounts) : read.problems;
      if (!read.ok || problems.length > 0) {
        this.ports.logger.error('strategy_file_invalid', {
          file,
          report: strategyValidationReport(problems).slice(0, TEXT_MAX),
        });
        continue;
      }
      const { strategyId, enabled } = read.value;
      if (!enabled || this.entries.has(strategyId) || (await this.ports.store.wasUnloaded(strategyId))) continue;
      await this.keep(read.value, HOST, `from ${file}`);
    }
  }

  /**
   * The host alone was restarted when trading goes on: then its strategies do too. When trading is disabled, killed or
   * nobody can say, they stay stopped (FL-2) and say why.
   */
  private async resume(entry: StrategyEntry): Promise<void> {
    [entry.status, entry.reason, entry.isResuming] = ['starting', 'resuming after a restart of the host', true];
    let why = '';
    for (let tries = 0; tries < RESUME_TRIES_MAX && this.mayResume(entry); tries += 1) {
      if (tries > 0) await this.ports.timers.sleep(RESUME_RETRY_MS);
      const trading = await this.whyNotTrading();
      if (trading === undefined) {
        const begun = await this.inTurn(entry, async () =>
          this.mayResume(entry) ? this.begin(entry, HOST, 'resumed') : undefined,
        );
        if (begun === undefined || begun.ok) break;
        // Still on its way as far as people are concerned.
        why = describeRefusal(begun.refusal);
        if (this.mayResume(entry)) entry.status = 'starting';
      } else {
        why = trading.reason;
        if (trading.isFinal) break;
      }
      if (this.mayResume(entry)) entry.reason = `resuming after a restart of the host: ${why}`;
    }
    const isGivenUp = this.mayResume(entry);
    entry.isResuming = false;
    if (!isGivenUp) return;
    [entry.status, entry.reason] = ['stopped', `not resumed after a restart of the host: ${why}`];
    await this.ports.store.want(entry.strategyId, 'stopped');
    await this.record(entry, 'stopped', HOST, entry.reason);
  }

  /** Nobody has stopped, started or unloaded it meanwhile. */
  private mayResume(entry: StrategyEntry): boolean {
    const isOurs = this.entries.get(entry.strategyId) === entry && entry.session === undefined;
    return isOurs && entry.isResuming && !this.isStopping;
  }

  private async whyNotTrading(): Promise<{ readonly reason: string; readonly isFinal: boolean } | undefined> {
    try {
      const timeoutMs = REQUEST_TIMEOUT_MS;
      const state = await this.ports.bus.request(
        subjects.tradingStateQuery,
        tradingStateRequestCodec,
        tradingStateCodec,
        {},
        { timeoutMs },
      );
      if (!state.ok) return { reason: describeRefusal(state.refusal), isFinal: false };
      if (state.value.kill !== undefined) return { reason: 'the kill switch is latched', isFinal: true };
      return state.value.tradingEnabled ? undefined : { reason: 'trading is disabled', isFinal: true };
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      return { reason: `risk does not answer: ${error.message}`, isFinal: false };
    }
  }

  private async drain(entry: StrategyEntry): Promise<void> {
    if (entry.session === undefined) return;
    await this.endRun(entry, 'the host stops', false);
    const open = await this.sweep.openOrders(entry.strategyId);
    if (open?.length === 0) return;
    this.cancelOrders(entry, 'the host stops', 'stopped');
    await Promise.race([entry.sweeping, this.ports.timers.sleep(REQUEST_TIMEOUT_MS)]);
  }

  private sawFact({ fact }: AccountEvent): void {
    const { clock } = this.ports;
    if (fact.kind === 'order_filled') {
      const strategy = fact.fill.strategyId;
      const session = strategy === undefined ? undefined : this.entries.get(strategy)?.session;
      // The position first: an order that is gone without its fill would look like a free side.
      session?.offer({ kind: 'fill', at: clock.now(), fill: fact.fill });
      if (fact.order !== undefined) session?.offer({ kind: 'order', at: clock.now(), order: fact.order });
    } else if (fact.kind === 'order_changed') {
      this.entries.get(fact.order.strategyId)?.session?.offer({ kind: 'order', at: clock.now(), order: fact.order });
    }
  }

  private async commanded<T>(
    strategyId: string,
    run: (entry: StrategyEntry) => Promise<Result<T, Refusal>>,
  ): Promise<Result<T, Refusal>> {
    const entry = this.entry(strategyId);
    if (entry === undefined) return unknown(strategyId);
    if (entry.waitingTurns >= COMMANDS_WAITING_MAX)
      return refused(refusal('conflict', { strategy: strategyId, why: 'too many commands wait for their turn' }));
    return this.inTurn(entry, async () =>
      // It may have been unloaded while this command waited.
      this.entries.get(entry.strategyId) === entry ? run(entry) : unknown(strategyId),
    );
  }

  private async inTurn<T>(entry: StrategyEntry, run: () => Promise<T>): Promise<T> {
    entry.waitingTurns += 1;
    const mine = entry.turn.then(run, run).finally(() => {
      entry.waitingTurns -= 1;
    });
    // Whoever comes next waits for this one, not for its success.
    entry.turn = mine.catch(() => undefined);
    return mine;
  }

  private entry(strategyId: string): StrategyEntry | undefined {
    const entry = this.entries.get(strategyId as StrategyId);
    return entry === undefined || entry.configVersion === 0 ? undefined : entry;
  }

  /** Asked through a function: the status also changes behind an await. */
  private has(entry: StrategyEntry, status: StrategyEntry['status']): boolean {
    return entry.status === status;
  }

  private viewOf(entry: StrategyEntry): StrategyView {
    return entry.view(entry.account?.accountId ?? '');
  }

  private async record(
    entry: StrategyEntry,
    action: StrategyHistoryAction,
    actor: string,
    reason: string,
  ): Promise<void> {
    const { strategyId, configVersion } = entry;
    await this.ports.store.record({ strategyId, action, actor, reason, configVersion, at: this.ports.clock.now() });
  }

  private measure(): void {
    const all = [...this.entries.values()];
    for (const status of STRATEGY_STATUSES)
      this.ports.metrics.strategies.set({ status }, all.filter((entry) => entry.status === status).length);
  }
}

const ONE_SOURCE: StrategyProblem = {
  code: 'CONFIG_CONFLICT',
  where: 'config_file, config_json',
  problem: 'exactly one of them has to be given',
  fix: 'Give the path of a file, or the configuration itself',
};

const unknown = (strategy: string): Result<never, Refusal> =>
  refused(refusal('strategy_unknown', { strategy: strategy.slice(0, 80) }));

function problemsRefusal(problems: readonly StrategyProblem[]): Refusal {
  return refusal('invalid_request', {
    problems: String(problems.length),
    report: strategyValidationReport(problems).slice(0, TEXT_MAX),
  });
}

/** Stands for a stored configuration that this release cannot read; it can be replaced or unloaded, not started. */
const unreadable = (strategyId: StrategyId): StrategyConfig => ({
  strategyId,
  name: strategyId,
  type: 'unreadable',
  enabled: false,
  exchanges: [],
  symbols: [],
  parameters: {},
  riskLimits: { maxPositionUsd: '0', maxOrderSizeUsd: '0' },
  paperTrading: false,
});
