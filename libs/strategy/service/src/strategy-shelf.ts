import type { StrategyView } from '@argosy/contracts';
import { type Clock, Fault, type Refusal, refusal, refused, type Result, type StrategyId } from '@argosy/domain';
import type { Logger } from '@argosy/platform-port';
import {
  type StoredStrategy,
  type StrategyHistoryAction,
  type StrategyProblem,
  type StrategyStore,
  strategyValidationReport,
} from '@argosy/strategy-api';
import type { StrategyEntry } from './strategy-entry.js';

const COMMANDS_WAITING_MAX = 16;
export const TEXT_MAX = 4_000;
/** Who acts when the host does something by itself. */
export const HOST = 'strategy-host';

export interface ShelfPorts {
  readonly store: StrategyStore;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * The loaded strategies: one command at a time for each, what was done to them in the store, and what is wanted of them
 * remembered even when the store is away just then.
 */
export class StrategyShelf {
  private readonly entries = new Map<StrategyId, StrategyEntry>();
  /** Stopped here, and the store does not know it yet: a restart would bring them back. */
  private readonly unstored = new Set<StrategyId>();
  private isStoring = false;

  constructor(private readonly ports: ShelfPorts) {}

  get size(): number {
    return this.entries.size;
  }

  all(): readonly StrategyEntry[] {
    return [...this.entries.values()];
  }

  put(entry: StrategyEntry): void {
    this.entries.set(entry.strategyId, entry);
  }

  remove(entry: StrategyEntry): void {
    this.entries.delete(entry.strategyId);
    this.unstored.delete(entry.strategyId);
  }

  /** Also one that is still on its way to be loaded. */
  peek(strategyId: StrategyId): StrategyEntry | undefined {
    return this.entries.get(strategyId);
  }

  /** A loaded one. */
  entry(strategyId: string): StrategyEntry | undefined {
    const entry = this.entries.get(strategyId as StrategyId);
    return entry === undefined || entry.configVersion === 0 ? undefined : entry;
  }

  async commanded<T>(
    strategyId: string,
    run: (entry: StrategyEntry) => Promise<Result<T, Refusal>>,
  ): Promise<Result<T, Refusal>> {
    const entry = this.entry(strategyId);
    if (entry === undefined) return unknownStrategy(strategyId);
    if (entry.waitingTurns >= COMMANDS_WAITING_MAX)
      return refused(refusal('conflict', { strategy: strategyId, why: 'too many commands wait for their turn' }));
    return this.inTurn(entry, async () =>
      // It may have been unloaded while this command waited.
      this.peek(entry.strategyId) === entry ? run(entry) : unknownStrategy(strategyId),
    );
  }

  async inTurn<T>(entry: StrategyEntry, run: () => Promise<T>): Promise<T> {
    entry.waitingTurns += 1;
    const mine = entry.turn.then(run, run).finally(() => {
      entry.waitingTurns -= 1;
    });
    // Whoever comes next waits for this one, not for its success.
    entry.turn = mine.catch(() => undefined);
    return mine;
  }

  /** Faults: STORE_UNAVAILABLE. */
  async record(entry: StrategyEntry, action: StrategyHistoryAction, actor: string, reason: string): Promise<void> {
    const { strategyId, configVersion } = entry;
    await this.ports.store.record({ strategyId, action, actor, reason, configVersion, at: this.ports.clock.now() });
  }

  /** Faults: STORE_UNAVAILABLE. */
  async want(entry: StrategyEntry, wanted: StoredStrategy['wanted']): Promise<void> {
    this.unstored.delete(entry.strategyId);
    await this.ports.store.want(entry.strategyId, wanted);
  }

  /** It has ended, whether the store can take that now or not; a store that is away is told each second until it can. */
  async remember(entry: StrategyEntry, action: 'stopped' | 'failed', actor: string, reason: string): Promise<void> {
    this.unstored.add(entry.strategyId);
    try {
      await this.storeStops();
      await this.record(entry, action, actor, reason);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      this.ports.logger.error('strategy_stop_not_stored', { strategy_id: entry.strategyId, reason: error.message });
    }
  }

  /** Tells the store what it could not take before; each second. */
  async retryUnstored(): Promise<void> {
    if (this.unstored.size === 0 || this.isStoring) return;
    this.isStoring = true;
    try {
      await this.storeStops();
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
    } finally {
      this.isStoring = false;
    }
  }

  private async storeStops(): Promise<void> {
    for (const strategyId of [...this.unstored]) {
      await this.ports.store.want(strategyId, 'stopped');
      this.unstored.delete(strategyId);
    }
  }
}

export const viewOf = (entry: StrategyEntry): StrategyView => entry.view(entry.account?.accountId ?? '');

export const unknownStrategy = (strategy: string): Result<never, Refusal> =>
  refused(refusal('strategy_unknown', { strategy: strategy.slice(0, 80) }));

export function problemsRefusal(problems: readonly StrategyProblem[]): Refusal {
  return refusal('invalid_request', {
    problems: String(problems.length),
    report: strategyValidationReport(problems).slice(0, TEXT_MAX),
  });
}
