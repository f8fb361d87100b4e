import type { ConfigureStrategy, LoadStrategy, StrategyView, UnloadStrategy } from '@argosy/contracts';
import { describeRefusal, ok, type Refusal, refusal, refused, type Result, type StrategyId } from '@argosy/domain';
import type { Logger } from '@argosy/platform-port';
import {
  type ConfigRead,
  type StrategyConfig,
  strategyConfigJson,
  type StrategyConfigReader,
  type StrategyProblem,
  type StrategyStore,
  type StrategyTypes,
  strategyValidationReport,
} from '@argosy/strategy-api';
import { patched, strategyProblems } from './config-check.js';
import type { HostSettings } from './host-settings.js';
import type { OrderSweep } from './order-sweep.js';
import { StrategyEntry } from './strategy-entry.js';
import { HOST, problemsRefusal, type StrategyShelf, TEXT_MAX, viewOf } from './strategy-shelf.js';
import type { StrategyStarter } from './strategy-starter.js';

export interface LoadingPorts {
  readonly store: StrategyStore;
  readonly reader: StrategyConfigReader;
  readonly logger: Logger;
}

/** Configurations: where they come from, what makes one good, and how one changes. It starts and stops nothing. */
export class StrategyLoading {
  constructor(
    private readonly types: StrategyTypes,
    private readonly settings: HostSettings,
    private readonly shelf: StrategyShelf,
    private readonly starter: StrategyStarter,
    private readonly sweep: OrderSweep,
    private readonly ports: LoadingPorts,
  ) {}

  /** Every problem of a configuration; none when it may run. */
  problemsOf(config: StrategyConfig): readonly StrategyProblem[] {
    return strategyProblems(config, this.types, this.settings.accounts);
  }

  /** Loads a strategy, or replaces the configuration of one that does not run. */
  async load(command: LoadStrategy): Promise<Result<StrategyView, Refusal>> {
    const read = await this.read(command);
    if (!read.ok) return refused(problemsRefusal(read.problems));
    const problems = this.problemsOf(read.value);
    if (problems.length > 0) return refused(problemsRefusal(problems));
    return this.keep(read.value, command.actor, command.configFile === '' ? 'from text' : `from ${command.configFile}`);
  }

  private async read({ configFile, configJson }: LoadStrategy): Promise<ConfigRead<StrategyConfig>> {
    if ((configFile === '') === (configJson === '')) return { ok: false, problems: [ONE_SOURCE] };
    return configFile === '' ? this.ports.reader.readText(configJson) : this.ports.reader.readFile(configFile);
  }

  private async keep(config: StrategyConfig, actor: string, reason: string): Promise<Result<StrategyView, Refusal>> {
    const { strategyId } = config;
    const entry = this.shelf.peek(strategyId) ?? new StrategyEntry(config, 0);
    if (entry.configVersion === 0 && this.shelf.size >= this.settings.strategiesMax)
      return refused(
        refusal('conflict', { strategies: String(this.shelf.size), limit: String(this.settings.strategiesMax) }),
      );
    // Known from here on, so that a second load of the same id waits its turn.
    this.shelf.put(entry);
    const kept = await this.shelf
      .inTurn(entry, async () => {
        const busy = entry.whyBusy();
        if (busy !== undefined) return refused(refusal('conflict', { strategy: strategyId, why: busy }));
        entry.configVersion = await this.ports.store.saveConfig(strategyId, strategyConfigJson(config));
        entry.config = config;
        [entry.status, entry.reason, entry.instruments] = ['stopped', '', []];
        await this.shelf.record(entry, 'loaded', actor, reason);
        await this.tellLimits(entry);
        this.ports.logger.info('strategy_loaded', { strategy_id: strategyId, type: config.type, actor });
        return ok(viewOf(entry));
      })
      .catch((error: unknown) => {
        if (entry.configVersion === 0) this.shelf.remove(entry);
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

  /** Changes what the patch names; a running strategy hears of new parameters at once. */
  async configure({ strategyId, patchJson, actor }: ConfigureStrategy): Promise<Result<StrategyView, Refusal>> {
    const patch = this.ports.reader.readPatch(patchJson);
    if (!patch.ok) return refused(problemsRefusal(patch.problems));
    return this.shelf.commanded(strategyId, async (entry) => {
      const config = patched(entry.config, patch.value);
      const problems = this.problemsOf(config);
      if (problems.length > 0) return refused(problemsRefusal(problems));
      const why = await this.whyNotReconfigured(entry, config);
      if (why !== undefined) return refused(why);
      entry.configVersion = await this.ports.store.saveConfig(entry.strategyId, strategyConfigJson(config));
      entry.config = config;
      if (patch.value.parameters !== undefined)
        entry.session?.reconfigure(config.parameters, String(entry.configVersion));
      await this.shelf.record(entry, 'configured', actor, patchJson.slice(0, TEXT_MAX));
      this.ports.logger.info('strategy_configured', {
        strategy_id: entry.strategyId,
        actor,
        version: entry.configVersion,
      });
      return ok(viewOf(entry));
    });
  }

  private async whyNotReconfigured(entry: StrategyEntry, config: StrategyConfig): Promise<Refusal | undefined> {
    if (config.paperTrading !== entry.config.paperTrading) {
      const busy = entry.whyBusy();
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
    return this.shelf.commanded(strategyId, async (entry) => {
      const busy = entry.whyBusy();
      if (busy !== undefined) return refused(refusal('conflict', { strategy: strategyId, why: busy }));
      await this.ports.store.unload(entry.strategyId);
      await this.shelf.record(entry, 'unloaded', actor, '');
      this.shelf.remove(entry);
      this.ports.logger.info('strategy_unloaded', { strategy_id: entry.strategyId, actor });
      return ok({});
    });
  }

  /** What was loaded before; returns those that somebody wanted running. */
  async restore(): Promise<readonly StrategyEntry[]> {
    const wanted: StrategyEntry[] = [];
    for (const stored of await this.ports.store.loaded()) {
      const read = this.ports.reader.readText(stored.configJson);
      const entry = new StrategyEntry(read.ok ? read.value : unreadable(stored.strategyId), stored.configVersion);
      const problems = read.ok ? this.problemsOf(read.value) : read.problems;
      if (problems.length > 0)
        [entry.status, entry.reason] = ['error', strategyValidationReport(problems).slice(0, TEXT_MAX)];
      else if (stored.wanted === 'running') wanted.push(entry);
      else await this.recallFailure(entry);
      this.shelf.put(entry);
    }
    return wanted;
  }

  /** One that failed still has, whoever restarts the host. */
  private async recallFailure(entry: StrategyEntry): Promise<void> {
    const [last] = await this.ports.store.history(entry.strategyId, 1);
    if (last?.action === 'failed') [entry.status, entry.reason] = ['error', last.reason];
  }

  /** The enabled files, except what a person unloaded. */
  async loadFiles(): Promise<void> {
    for (const file of await this.ports.reader.list()) {
      const read = await this.ports.reader.readFile(file);
      const problems = read.ok ? this.problemsOf(read.value) : read.problems;
      if (!read.ok || problems.length > 0) {
        this.ports.logger.error('strategy_file_invalid', {
          file,
          report: strategyValidationReport(problems).slice(0, TEXT_MAX),
        });
        continue;
      }
      const { strategyId, enabled } = read.value;
      if (!enabled || this.shelf.peek(strategyId) !== undefined || (await this.ports.store.wasUnloaded(strategyId)))
        continue;
      await this.keep(read.value, HOST, `from ${file}`);
    }
  }
}

const ONE_SOURCE: StrategyProblem = {
  code: 'CONFIG_CONFLICT',
  where: 'config_file, config_json',
  problem: 'exactly one of them has to be given',
  fix: 'Give the path of a file, or the configuration itself',
};

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
