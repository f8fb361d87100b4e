import type { KilledOrder, KillOutcome, KillReport } from '@argosy/contracts';
import { type Clock, type ClientOrderId, Fault, isFinal, msToNs, type Order, type TimeNs } from '@argosy/domain';
import type { KillLatch } from '@argosy/execution-core';
import type { Logger } from '@argosy/platform-port';
import type { AccountTrader } from './account-trader.js';

/** An order that still lives so long after the kill is for a person, ms (I-27). */
const PATIENCE_MS = 30_000;

const OUTCOMES: Readonly<Partial<Record<Order['state'], KillOutcome>>> = {
  cancelled: 'cancelled',
  filled: 'filled',
  expired: 'expired',
  rejected: 'rejected',
};

export interface KillRunPorts {
  readonly clock: Clock;
  readonly logger: Logger;
  /** The leadership that carries the kill out. */
  readonly epoch: () => number;
}

/**
 * One kill, from the shut gate to the last order (I-16): every order that was open, in flight or found later, with how it
 * ended. It only watches and sweeps; the accounts cancel by themselves as long as the kill is latched.
 */
export class KillRun {
  private readonly orders = new Map<ClientOrderId, Order>();
  private readonly startedMs: number;
  private readonly gateShutNs: TimeNs;
  private firstCancelNs = 0n;
  private confirmedNs = 0n;
  private secondSweepNs = 0n;
  private sweeping = false;
  /** By then nothing that was in flight can still land or be unseen. */
  private sweepAfterMs: number;
  private told = false;

  constructor(
    readonly latch: KillLatch,
    private readonly traders: readonly AccountTrader[],
    private readonly ports: KillRunPorts,
    /** What an earlier leader of this kill has ended already. */
    ended: readonly Order[] = [],
  ) {
    this.startedMs = ports.clock.monotonicMs();
    this.gateShutNs = latch.at;
    for (const order of ended) this.orders.set(order.clientOrderId, order);
    this.sweepAfterMs = this.startedMs + Math.max(0, ...traders.map((trader) => trader.landsWithinMs()));
    this.meet();
  }

  /** The cancels of the kill have left. */
  cancelsLeft(count: number): void {
    if (count > 0 && this.firstCancelNs === 0n) this.firstCancelNs = this.ports.clock.now();
  }

  /** The latch is durable. */
  confirmed(): void {
    if (this.confirmedNs === 0n) this.confirmedNs = this.ports.clock.now();
  }

  get complete(): boolean {
    return this.secondSweepNs !== 0n && this.confirmedNs !== 0n && !this.pending();
  }

  /** Called from time to time until complete. */
  tick(): void {
    if (this.told) return;
    this.meet();
    const due = this.ports.clock.monotonicMs() >= this.sweepAfterMs;
    if (due && this.secondSweepNs === 0n && !this.sweeping) void this.sweep();
    if (this.complete) this.tell();
  }

  report(): KillReport {
    this.meet();
    const orders = [...this.orders.values()].map((order) => this.outcomeOf(order));
    return {
      killId: this.latch.killId,
      actor: this.latch.actor,
      reason: this.latch.reason,
      requestedNs: this.latch.at,
      gateShutNs: this.gateShutNs,
      firstCancelNs: this.firstCancelNs,
      allCancelledNs: this.allEndedNs(),
      secondSweepNs: this.secondSweepNs,
      orders,
      parties: [
        {
          service: 'execution',
          accountIds: this.traders.map(({ account }) => account.accountId),
          epoch: this.ports.epoch(),
          confirmed: this.confirmedNs !== 0n,
          unreachable: false,
          atNs: this.confirmedNs,
        },
      ],
      complete: this.complete,
    };
  }

  /** What is open now belongs to the kill, whenever it came to light; what it knows is brought up to date. */
  private meet(): void {
    for (const trader of this.traders) for (const order of trader.open()) this.orders.set(order.clientOrderId, order);
    // Also what has ended: a fill may come after the venue has called the order cancelled.
    for (const id of this.orders.keys()) {
      const now = this.traders.map((trader) => trader.order(id)).find((found) => found !== undefined);
      if (now !== undefined) this.orders.set(id, now);
    }
  }

  private async sweep(): Promise<void> {
    this.sweeping = true;
    try {
      await Promise.all(this.traders.map((trader) => trader.sweepForKill()));
      this.secondSweepNs = this.ports.clock.now();
      this.meet();
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      this.ports.logger.warning('kill_sweep_failed', { reason: error.message });
    } finally {
      this.sweeping = false;
    }
  }

  private pending(): boolean {
    return [...this.orders.values()].some((order) => this.outcomeOf(order).outcome === 'pending');
  }

  private outcomeOf(order: Order): KilledOrder {
    const { clientOrderId, accountId, filledQuantity, state } = order;
    const outcome = OUTCOMES[state] ?? (this.overdue() ? 'could_not_cancel' : 'pending');
    const why = outcome === 'could_not_cancel' ? `still ${state} ${String(PATIENCE_MS / 1_000)} s after the kill` : '';
    return { clientOrderId, accountId, outcome, filledQuantity, reason: why };
  }

  private overdue(): boolean {
    return this.ports.clock.monotonicMs() - this.startedMs >= PATIENCE_MS;
  }

  private allEndedNs(): bigint {
    const orders = [...this.orders.values()];
    if (orders.some(({ state }) => !isFinal(state))) return 0n;
    return orders.reduce((latest: bigint, { updatedAt }) => (updatedAt > latest ? updatedAt : latest), this.gateShutNs);
  }

  private tell(): void {
    this.told = true;
    const { orders } = this.report();
    const outcomes: Record<string, number> = {};
    for (const { outcome } of orders) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    const took = Number(this.ports.clock.now() - this.gateShutNs) / Number(msToNs(1));
    this.ports.logger.critical('kill_complete', { kill: this.latch.killId, orders: orders.length, outcomes, ms: took });
  }
}
