import {
  type Clock,
  Fault,
  IdFormatError,
  ok,
  type OrderRequest,
  type Refusal,
  refusal,
  refused,
  type Result,
  strategyId,
  type StrategyId,
  type Timers,
} from '@argosy/domain';
import type { ReenableStrategy } from '@argosy/contracts';
import type { Logger } from '@argosy/platform-port';
import {
  type RiskStore,
  type Runaway,
  RunawayDetector,
  type RunawayLimits,
  type StoppedStrategyRecord,
} from '@argosy/risk-core';
import type { Alerts } from './alerts.js';
import type { FleetCommands } from './fleet-commands.js';
import { namedPerson } from './named-person.js';
import type { RiskMetrics } from './risk.metrics.js';

const SAVE_RETRY_MS = 1_000;

export interface RunawayPorts {
  readonly store: RiskStore;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly logger: Logger;
  readonly alerts: Alerts;
  readonly metrics: RiskMetrics;
  readonly commands: FleetCommands;
}

/**
 * Watches for strategies that run away and stops them: here at once, then at the host and at execution (RK-5). Stopped they
 * stay, through restarts, until a named person says otherwise (I-21).
 */
export class RunawayGuard {
  private detector: RunawayDetector;
  private readonly stopped = new Map<StrategyId, StoppedStrategyRecord>();
  /** Stops that the store has not taken yet. */
  private readonly unstored = new Set<StrategyId>();
  private epoch = 0;

  constructor(
    private readonly limits: RunawayLimits,
    private readonly ports: RunawayPorts,
  ) {
    this.detector = new RunawayDetector(limits);
  }

  async start(epoch: number): Promise<void> {
    this.epoch = epoch;
    for (const record of await this.ports.store.stoppedStrategies()) {
      this.stopped.set(record.strategyId, record);
      // Whoever stopped it before us may have got no further than the store.
      this.ports.commands.stopRunaway(record.strategyId, record.reason);
    }
    this.ports.timers.every(SAVE_RETRY_MS, () => void this.saveUnstored());
  }

  /** Why the strategy may not ask for this order; counts it. The cheapest way out: a flood must cost nobody else anything. */
  submitted(order: OrderRequest): Refusal | undefined {
    const before = this.stopped.get(order.strategyId);
    if (before !== undefined) return stoppedRefusal(before);
    const found = this.detector.submitted(order.strategyId, contentOf(order), this.ports.clock.monotonicMs());
    return found === undefined ? undefined : stoppedRefusal(this.stop(found));
  }

  refused(strategy: StrategyId): void {
    if (this.stopped.has(strategy)) return;
    const found = this.detector.refused(strategy, this.ports.clock.monotonicMs());
    if (found !== undefined) this.stop(found);
  }

  /** @param position the strategy's own, after a fill of the order's instrument. */
  moved(
    { strategyId: strategy, accountId, instrumentId }: Pick<OrderRequest, 'strategyId' | 'accountId' | 'instrumentId'>,
    position: bigint,
  ): void {
    if (this.stopped.has(strategy)) return;
    const found = this.detector.moved(strategy, accountId, instrumentId, position, this.ports.clock.monotonicMs());
    if (found !== undefined) this.stop(found);
  }

  list(): readonly StoppedStrategyRecord[] {
    return [...this.stopped.values()];
  }

  private stop({ strategyId: strategy, kind, reason }: Runaway): StoppedStrategyRecord {
    const record = { strategyId: strategy, kind, reason, at: this.ports.clock.now() };
    this.stopped.set(strategy, record);
    this.unstored.add(strategy);
    this.ports.metrics.runaways.add({ kind });
    this.ports.alerts.raise({
      kind: `runaway_${kind}`,
      severity: 'page',
      strategyId: strategy,
      text: `${strategy} stopped: ${reason}`,
    });
    this.ports.commands.stopRunaway(strategy, reason);
    void this.saveUnstored();
    return record;
  }

  private async saveUnstored(): Promise<void> {
    for (const strategy of [...this.unstored]) {
      const record = this.stopped.get(strategy);
      try {
        if (record !== undefined) await this.ports.store.stopStrategy(record, this.epoch);
        this.unstored.delete(strategy);
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
        this.ports.logger.error('runaway_not_stored', { strategy, reason: error.message });
        return;
      }
    }
  }

  async reenable(message: ReenableStrategy): Promise<Result<Record<string, never>, Refusal>> {
    const no = namedPerson(message);
    if (no !== undefined) return refused(no);
    const strategy = this.find(message.strategyId);
    if (strategy === undefined) return refused(refusal('strategy_unknown', { strategy: message.strategyId }));
    const { actor, reason } = message;
    try {
      await this.ports.store.reenableStrategy(strategy, {
        actor,
        reason,
        at: this.ports.clock.now(),
        epoch: this.epoch,
      });
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      return refused(refusal('service_degraded', { store: 'risk', reason: error.message }));
    }
    this.unstored.delete(strategy);
    this.stopped.delete(strategy);
    this.forgive();
    this.ports.logger.warning('strategy_reenabled', { strategy, actor, reason });
    return ok({});
  }

  /** What was counted before a person looked is not held against anybody again. */
  private forgive(): void {
    this.detector = new RunawayDetector(this.limits);
  }

  private find(text: string): StrategyId | undefined {
    try {
      const strategy = strategyId(text);
      return this.stopped.has(strategy) ? strategy : undefined;
    } catch (error) {
      if (!(error instanceof IdFormatError)) throw error;
      return undefined;
    }
  }
}

const contentOf = ({ instrumentId, side, quantity, limitPrice, timeInForce }: OrderRequest): string =>
  [instrumentId, side, quantity, limitPrice, timeInForce].join('|');

const stoppedRefusal = ({ strategyId: strategy, kind, reason }: StoppedStrategyRecord): Refusal =>
  refusal('strategy_stopped_by_risk', { strategy, kind, reason });
