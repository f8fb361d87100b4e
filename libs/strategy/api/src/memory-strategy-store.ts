import type { AccountId, StrategyId } from '@argosy/domain';
import {
  type HoldingsCheckpoint,
  type StoredStrategy,
  type StrategyHistoryEntry,
  StrategyStore,
} from './strategy-store.port.js';

interface Kept extends StoredStrategy {
  readonly isLoaded: boolean;
}

/** The twin of the Postgres store for specs and simulation, under the same contract suite. */
export class MemoryStrategyStore extends StrategyStore {
  readonly #strategies = new Map<StrategyId, Kept>();
  readonly #runs = new Map<StrategyId, bigint>();
  readonly #history: StrategyHistoryEntry[] = [];
  readonly #checkpoints = new Map<AccountId, HoldingsCheckpoint>();

  override async loaded(): Promise<readonly StoredStrategy[]> {
    return [...this.#strategies.values()]
      .filter(({ isLoaded }) => isLoaded)
      .map(({ strategyId, configJson, configVersion, wanted }) => ({ strategyId, configJson, configVersion, wanted }))
      .sort((a, b) => (a.strategyId < b.strategyId ? -1 : 1));
  }

  override async wasUnloaded(strategy: StrategyId): Promise<boolean> {
    return this.#strategies.get(strategy)?.isLoaded === false;
  }

  override async saveConfig(strategy: StrategyId, configJson: string): Promise<number> {
    const before = this.#strategies.get(strategy);
    const configVersion = (before?.configVersion ?? 0) + 1;
    const wanted = before?.isLoaded === true ? before.wanted : 'stopped';
    this.#strategies.set(strategy, { strategyId: strategy, configJson, configVersion, wanted, isLoaded: true });
    return configVersion;
  }

  override async want(strategy: StrategyId, wanted: StoredStrategy['wanted']): Promise<void> {
    const before = this.#strategies.get(strategy);
    if (before?.isLoaded === true) this.#strategies.set(strategy, { ...before, wanted });
  }

  override async unload(strategy: StrategyId): Promise<void> {
    const before = this.#strategies.get(strategy);
    if (before !== undefined) this.#strategies.set(strategy, { ...before, wanted: 'stopped', isLoaded: false });
  }

  override async claimRun(strategy: StrategyId, atLeast: bigint): Promise<bigint> {
    const next = (this.#runs.get(strategy) ?? 0n) + 1n;
    const run = next > atLeast ? next : atLeast;
    this.#runs.set(strategy, run);
    return run;
  }

  override async record(entry: StrategyHistoryEntry): Promise<void> {
    this.#history.push(entry);
  }

  override async history(strategy: StrategyId, limit: number): Promise<readonly StrategyHistoryEntry[]> {
    return this.#history
      .filter(({ strategyId }) => strategyId === strategy)
      .reverse()
      .slice(0, limit);
  }

  override async checkpoint(account: AccountId): Promise<HoldingsCheckpoint | undefined> {
    return this.#checkpoints.get(account);
  }

  override async saveCheckpoint(checkpoint: HoldingsCheckpoint): Promise<void> {
    const before = this.#checkpoints.get(checkpoint.accountId);
    if (before === undefined || before.sequence <= checkpoint.sequence)
      this.#checkpoints.set(checkpoint.accountId, checkpoint);
  }
}
