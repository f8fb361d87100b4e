import type { AccountId } from '@argosy/domain';
import type { OrderStatusView } from '@argosy/exchange-core';
import type { JournalBatch } from '@argosy/execution-core';
import type { LogData, LogLevel } from '@argosy/platform-port';
import { epochOf, plainId, type SentAction } from '../fleet/sent-action.js';
import type { SimProcess } from '../kernel/sim-process.js';
import { Checker } from './checker.js';

/** A lease's end at its store lies this much behind the holder's own deadline. */
const MARGIN_MS = 300;
/** Between two machines that both know the time well. */
const CLOCK_TOLERANCE_MS = 50;
/** Execution looks at the venue's clock so often, and the answer takes its time. */
const LOOK_EVERY_MS = 17_000;
const GONE_WITHIN_US = 100_000;

/** Who may act: leases, epochs and what leaves under them. */
export class LeadershipChecker extends Checker {
  private readonly venueOffsets: { readonly atMs: number; readonly offsetMs: number }[] = [];
  private highestAccepted = 0;
  private readonly known = new Set<string>();
  private readonly claimedEpochs = new Map<AccountId, number>();

  sent(process: SimProcess, action: SentAction): void {
    const isExecution = process.machineName.startsWith('execution-');
    this.check('I-08', isExecution, () => `${process.name} sent a signed ${action.type}`);
    const lease = this.world.candidates.get(process.name)?.leadership.current();
    this.check('I-10', lease !== undefined, () => `${process.name} sent a signed ${action.type} without a lease`);
    if (lease === undefined) return;
    const nowMs = process.clock.monotonicMs();
    const isInTime = nowMs < lease.deadlineMonotonicMs;
    if (action.type === 'order') {
      this.check(
        'I-01',
        isInTime,
        () => `${process.name} sent an order ${String(nowMs - lease.deadlineMonotonicMs)} ms late`,
      );
      this.expiry(process, action, lease.deadlineMonotonicMs - nowMs);
      for (const { cloid } of action.orders)
        this.check('I-03', epochOf(cloid) === lease.epoch, () => `${cloid} is not of epoch ${String(lease.epoch)}`);
    } else if (action.cancels.length > 0 && !isInTime) {
      this.saw('cancels past the deadline');
      const foreign = action.cancels.filter((cloid) => epochOf(cloid) > lease.epoch);
      this.check(
        'I-01',
        foreign.length === 0,
        () => `${process.name} cancels orders of a later epoch: ${foreign.join()}`,
      );
    }
  }

  /**
   * The venue's clock decides, whatever the true time is. A step of it is known to nobody before the next look at it, so it
   * counts as any that it was since the last one.
   */
  private expiry(process: SimProcess, { expiresAfterMs }: SentAction, leaseLeftMs: number): void {
    const nowMs = this.world.nowUs / 1_000;
    this.sawVenueClock();
    const venueMs = nowMs + Math.max(...this.venueOffsets.map(({ offsetMs }) => offsetMs));
    const latestMs = venueMs + leaseLeftMs + MARGIN_MS + CLOCK_TOLERANCE_MS;
    this.check(
      'I-05',
      expiresAfterMs !== undefined && expiresAfterMs <= latestMs,
      () =>
        `${process.name} sent an order that expires ${expiresAfterMs === undefined ? 'never' : `${String(expiresAfterMs - latestMs)} ms after its lease`}`,
    );
  }

  /**
   * What its clock was a moment ago, it may have been when somebody looked last. Blocks do not go back: after a step back
   * the venue judges and answers by the time of its last one until its clock has come there again.
   */
  private sawVenueClock(): void {
    const { exchange, nowUs } = this.world;
    const nowMs = nowUs / 1_000;
    const before = this.venueOffsets.at(-1);
    if (before !== undefined) this.venueOffsets.push({ ...before, atMs: nowMs });
    const venueMs = Math.max(exchange.host.nowMs, exchange.exchange.nowMs);
    this.venueOffsets.push({ atMs: nowMs, offsetMs: venueMs - nowMs });
    while ((this.venueOffsets[0]?.atMs ?? nowMs) < nowMs - LOOK_EVERY_MS) this.venueOffsets.shift();
  }

  /** Nobody need have sent an order while a clock was wrong. */
  faultBegan(): void {
    this.sawVenueClock();
  }

  faultEnded(): void {
    this.sawVenueClock();
  }

  venueOrder({ order: { cloid }, status }: OrderStatusView): void {
    if (cloid === undefined) return;
    const id = plainId(cloid);
    if (this.known.has(id)) return;
    this.known.add(id);
    if (status.toLowerCase().endsWith('rejected')) return;
    const epoch = epochOf(id);
    this.check(
      'I-02',
      epoch >= this.highestAccepted,
      () => `the venue accepted ${id} of epoch ${String(epoch)} after one of epoch ${String(this.highestAccepted)}`,
    );
    this.highestAccepted = Math.max(this.highestAccepted, epoch);
  }

  claimed(account: AccountId, epoch: number): void {
    const before = this.claimedEpochs.get(account) ?? 0;
    this.check('I-03', epoch > before, () => `epoch ${String(epoch)} claimed after ${String(before)}`);
    this.claimedEpochs.set(account, Math.max(before, epoch));
    this.soleHolder();
  }

  wrote({ accountId, epoch }: JournalBatch): void {
    this.sawVenueClock();
    const current = this.claimedEpochs.get(accountId) ?? 0;
    this.check('I-04', epoch === current, () => `epoch ${String(epoch)} wrote while ${String(current)} leads`);
  }

  logged(process: SimProcess, _level: LogLevel, eventType: string, data: LogData): void {
    if (eventType !== 'lease_lost' || data['kind'] !== 'newer_epoch') return;
    this.world.scheduler.after(GONE_WITHIN_US, () =>
      this.check('I-09', !process.alive || process.stopped, () => `${process.name} saw a newer epoch and stays`),
    );
  }

  /** At most one process may send at any moment. */
  private soleHolder(): void {
    const holders = [...this.world.candidates.values()].filter(({ process, leadership }) => {
      const lease = leadership.current();
      const isSender = process.alive && process.machineName.startsWith('execution-');
      return isSender && lease !== undefined && process.clock.monotonicMs() < lease.deadlineMonotonicMs;
    });
    this.check('I-03', holders.length <= 1, () => `two may send: ${holders.map(({ process }) => process.name).join()}`);
  }
}
