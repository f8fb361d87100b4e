import { assert, type Clock, Fault, type Timer, type Timers } from '@argosy/domain';
import { type Lease, type LeaseLoss, Leadership, type LeaseView, type Logger } from '@argosy/platform-port';
import type { LeadershipMetrics } from './leadership-metrics.js';
import { deadlineOf, refusedRenewal, standbyStep, unsureLimitMs, type Watch, watchOn } from './lease-protocol.js';
import type { Hold, LeaseRows, LeaseStore } from './lease-store.port.js';
import { answerLimitMs, type LeaseTimes, leaseTimesProblems } from './lease-times.js';

export interface LeaseCandidate {
  /** Unique for each start of a process: a name that is used again would take a dead one's lease for its own. */
  readonly candidate: string;
  /** Taken together or not at all, under one epoch. */
  readonly names: readonly string[];
  readonly times: LeaseTimes;
  /** The epoch will be greater than this: what a store of the service's own has already seen. */
  readonly epochAbove?: (() => Promise<number>) | undefined;
}

export interface LeadershipParts {
  readonly store: LeaseStore;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly logger: Logger;
  readonly metrics: LeadershipMetrics;
}

/** An epoch is 32 bits of every client order id. */
const EPOCH_MAX = 0xffff_ffff;

interface Held {
  readonly hold: Hold;
  deadlineMs: number;
  /** Since when the store has neither renewed the lease nor shown a newer one. */
  unsureSinceMs: number | undefined;
}

/** Leadership over a lease store: the protocol of `lease-protocol.ts` with its clock, its timers and its store. */
export class LeaseLeadership extends Leadership {
  readonly candidate: string;
  readonly #wanted: LeaseCandidate & { readonly holder: string };
  readonly #parts: LeadershipParts;
  #held: Held | undefined;
  #watch: Watch = new Map();
  #seen: LeaseView | undefined;
  #highestEpoch = 0;
  #standing: Promise<Lease> | undefined;
  #lost: readonly ((loss: LeaseLoss) => void)[] = [];
  #isStoreSilent = false;
  #isSteppingDown = false;
  #isReleased = false;
  #wake: () => void = () => undefined;
  #beat: Timer | undefined;

  constructor(wanted: LeaseCandidate, parts: LeadershipParts) {
    super();
    assert(wanted.names.length > 0, 'a lease group has at least one name');
    assert(new Set(wanted.names).size === wanted.names.length, `a lease name twice: ${wanted.names.join(', ')}`);
    const problems = leaseTimesProblems(wanted.times);
    assert(problems.length === 0, problems.join('; '));
    this.candidate = wanted.candidate;
    // In one order everywhere, so that two groups that share names cannot wait for each other.
    this.#wanted = { ...wanted, holder: wanted.candidate, names: [...wanted.names].sort() };
    this.#parts = parts;
    parts.metrics.role.set({}, 0);
    parts.metrics.epoch.set({}, 0);
  }

  override current(): Lease | undefined {
    const held = this.#held;
    return held === undefined ? undefined : { epoch: held.hold.epoch, deadlineMonotonicMs: held.deadlineMs };
  }

  override seen(): LeaseView | undefined {
    const hold = this.#held?.hold;
    return hold === undefined ? this.#seen : { holder: hold.holder, epoch: hold.epoch };
  }

  override onLost(run: (loss: LeaseLoss) => void): void {
    this.#lost = [...this.#lost, run];
  }

  override acquire(): Promise<Lease> {
    const lease = this.current();
    if (lease !== undefined) return Promise.resolve(lease);
    this.#standing ??= this.standBy().finally(() => {
      this.#standing = undefined;
    });
    return this.#standing;
  }

  override async release(): Promise<void> {
    this.#isReleased = true;
    this.#wake();
    const hold = this.endHold('released');
    if (hold === undefined) return;
    this.#parts.logger.info('lease_released', { epoch: hold.epoch, names: hold.names });
    await this.giveBack(hold);
  }

  /**
   * Nothing but cancels leaves from now on; the lease is kept until `release`, so that what is under way can end before
   * a standby begins. Tells `onLost`.
   */
  stepDown(reason: string): void {
    const held = this.#held;
    if (held === undefined || this.#isSteppingDown) return;
    this.#isSteppingDown = true;
    held.deadlineMs = Math.min(held.deadlineMs, this.#parts.clock.monotonicMs());
    this.#parts.metrics.transitions.add({ to_state: 'stepping_down' });
    this.#parts.logger.critical('stepping_down', { epoch: held.hold.epoch, reason });
    this.tell({ kind: 'stepped_down', reason });
  }

  // Standing by.

  private async standBy(): Promise<Lease> {
    this.#watch = new Map();
    this.#parts.logger.info('standing_by', { candidate: this.candidate, names: this.#wanted.names });
    for (;;) {
      if (this.#isReleased) throw new Fault('SERVICE_UNAVAILABLE', `${this.candidate} has given up its candidacy`);
      const pauseMs = await this.look();
      const lease = this.current();
      if (lease !== undefined) return lease;
      await this.pause(pauseMs);
    }
  }

  /** One look at the store and what follows from it; how long to wait before the next, ms. */
  private async look(): Promise<number> {
    const { clock } = this.#parts;
    try {
      const rows = await this.read();
      this.answered();
      this.#watch = watchOn(this.#watch, this.#wanted.names, rows, clock.monotonicMs());
      const step = standbyStep(this.#wanted, rows, this.#watch, clock.monotonicMs());
      if (step.kind === 'wait') return step.ms;
      if (step.kind === 'adopt') return await this.adopt(step.epoch);
      return await this.take(rows);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      this.silent(error);
      return this.#wanted.times.pollMs;
    }
  }

  private async take(seen: LeaseRows): Promise<number> {
    const { names, times, epochAbove } = this.#wanted;
    const above = Math.max(this.#highestEpoch, (await epochAbove?.()) ?? 0);
    const sentMs = this.#parts.clock.monotonicMs();
    const request = { names, holder: this.candidate, ttlMs: times.ttlMs, seen, epochAbove: above };
    const epoch = await this.within(this.#parts.store.take(request));
    if (epoch !== undefined) await this.lead(epoch, sentMs);
    return 0;
  }

  private async adopt(epoch: number): Promise<number> {
    const sentMs = this.#parts.clock.monotonicMs();
    const hold = this.holdOf(epoch);
    if (await this.within(this.#parts.store.renew(hold, this.#wanted.times.ttlMs))) await this.lead(epoch, sentMs);
    return this.#wanted.times.pollMs;
  }

  private async lead(epoch: number, sentMs: number): Promise<void> {
    assert(epoch > 0 && epoch <= EPOCH_MAX, `the lease store gave the epoch ${String(epoch)}`);
    const hold = this.holdOf(epoch);
    if (this.#isReleased) return this.giveBack(hold);
    const { metrics, logger } = this.#parts;
    this.#isSteppingDown = false;
    this.#highestEpoch = Math.max(this.#highestEpoch, epoch);
    this.#held = { hold, deadlineMs: deadlineOf(sentMs, this.#wanted.times), unsureSinceMs: undefined };
    metrics.role.set({}, 1);
    metrics.epoch.set({}, epoch);
    metrics.transitions.add({ to_state: 'primary' });
    logger.info('lease_taken', { epoch, names: hold.names, candidate: this.candidate });
    this.beatAt(sentMs + this.#wanted.times.heartbeatMs);
  }

  private holdOf(epoch: number): Hold {
    return { names: this.#wanted.names, holder: this.candidate, epoch };
  }

  // Leading.

  private beatAt(atMs: number): void {
    this.#beat?.cancel();
    const delayMs = Math.max(0, atMs - this.#parts.clock.monotonicMs());
    this.#beat = this.#parts.timers.after(delayMs, () => void this.renew());
  }

  private async renew(): Promise<void> {
    const held = this.#held;
    if (held === undefined) return;
    const { clock, store, logger } = this.#parts;
    const sentMs = clock.monotonicMs();
    try {
      const isRenewed = await this.within(
        this.measured(store.renew(held.hold, this.#wanted.times.ttlMs), held, sentMs),
      );
      this.answered();
      if (!isRenewed && this.#held === held) this.refused(held, await this.read());
    } catch (error) {
      // Nothing is known of a newer leader: the deadline passes by itself and cancels may still leave (I-09).
      if (error instanceof Fault) this.silent(error);
      else logger.error('renewal_failed', { epoch: held.hold.epoch, error });
    }
    if (this.#held === held) this.beatAt(sentMs + this.#wanted.times.heartbeatMs);
  }

  /** Counts an answer whenever it comes: one that is later than the limit still proves what it says. */
  private async measured(renewal: Promise<boolean>, held: Held, sentMs: number): Promise<boolean> {
    const { clock, metrics } = this.#parts;
    let outcome = 'failed';
    try {
      const isRenewed = await renewal;
      outcome = isRenewed ? 'renewed' : 'refused';
      if (isRenewed) this.renewed(held, sentMs);
      return isRenewed;
    } finally {
      metrics.renewalSeconds.observe({ outcome }, (clock.monotonicMs() - sentMs) / 1_000);
    }
  }

  private renewed(held: Held, sentMs: number): void {
    held.unsureSinceMs = undefined;
    const leftMs = held.deadlineMs - this.#parts.clock.monotonicMs();
    this.#parts.metrics.deadlineSlackSeconds.set({}, leftMs / 1_000);
    if (this.#isSteppingDown) return;
    if (leftMs <= 0) this.#parts.logger.warning('lease_renewed_late', { epoch: held.hold.epoch, lateMs: -leftMs });
    held.deadlineMs = Math.max(held.deadlineMs, deadlineOf(sentMs, this.#wanted.times));
  }

  private refused(held: Held, rows: LeaseRows): void {
    if (this.#held !== held) return;
    const verdict = refusedRenewal(held.hold, rows);
    if (verdict === 'newer_epoch') return this.lose(verdict, `${describe(rows)} leads now`);
    // Whoever released it in our name: a standby may already be taking it.
    if (verdict === 'released') return this.lose(verdict, `epoch ${String(held.hold.epoch)} was released by another`);
    const nowMs = this.#parts.clock.monotonicMs();
    if (held.unsureSinceMs === undefined) {
      held.unsureSinceMs = nowMs;
      this.#parts.logger.critical('lease_row_strange', { epoch: held.hold.epoch, found: describe(rows) });
    } else if (nowMs - held.unsureSinceMs >= unsureLimitMs(this.#wanted.times)) {
      this.stepDown(`the lease of epoch ${String(held.hold.epoch)} is not in its store: found ${describe(rows)}`);
    }
  }

  private lose(kind: LeaseLoss['kind'], reason: string): void {
    const isKnown = this.#isSteppingDown;
    const hold = this.endHold('lost');
    this.#parts.logger.critical('lease_lost', { epoch: hold?.epoch, kind, reason });
    // Stepping down has been told already, but that left time for cancels; a newer leader leaves none.
    if (!isKnown || kind === 'newer_epoch') this.tell({ kind, reason });
  }

  private endHold(state: 'released' | 'lost'): Hold | undefined {
    const hold = this.#held?.hold;
    if (hold === undefined) return undefined;
    const { metrics } = this.#parts;
    this.#held = undefined;
    this.#beat?.cancel();
    metrics.role.set({}, 0);
    metrics.epoch.set({}, 0);
    metrics.transitions.add({ to_state: state });
    return hold;
  }

  private tell(loss: LeaseLoss): void {
    for (const run of this.#lost) run(loss);
  }

  /** Best effort: what cannot be given back runs out by itself. */
  private async giveBack(hold: Hold): Promise<void> {
    try {
      await this.within(this.#parts.store.release(hold));
    } catch (error) {
      this.#parts.logger.warning('lease_release_unanswered', { epoch: hold.epoch, error });
    }
  }

  // The store.

  private async read(): Promise<LeaseRows> {
    const rows = await this.within(this.#parts.store.read(this.#wanted.names));
    for (const { epoch, holder } of rows.values()) {
      this.#highestEpoch = Math.max(this.#highestEpoch, epoch);
      if (epoch >= (this.#seen?.epoch ?? 1)) this.#seen = { epoch, holder };
    }
    return rows;
  }

  /** The store keeps its own deadline; this one also holds when it does not. */
  private within<T>(asked: Promise<T>): Promise<T> {
    const limitMs = answerLimitMs(this.#wanted.times);
    return new Promise((resolve, reject) => {
      const limit = this.#parts.timers.after(limitMs, () => {
        reject(new Fault('STORE_UNAVAILABLE', `the lease store did not answer in ${String(limitMs)} ms`));
      });
      asked.then(resolve, reject).finally(() => limit.cancel());
    });
  }

  private pause(milliseconds: number): Promise<void> {
    if (this.#isReleased) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = this.#parts.timers.after(milliseconds, resolve);
      this.#wake = () => {
        timer.cancel();
        resolve();
      };
    });
  }

  private silent(fault: Fault): void {
    if (this.#isStoreSilent) return;
    this.#isStoreSilent = true;
    this.#parts.logger.error('lease_store_silent', { reason: fault.message, epoch: this.#held?.hold.epoch });
  }

  private answered(): void {
    if (!this.#isStoreSilent) return;
    this.#isStoreSilent = false;
    this.#parts.logger.info('lease_store_answers', { epoch: this.#held?.hold.epoch });
  }
}

function describe(rows: LeaseRows): string {
  const newest = [...rows.values()].sort((a, b) => b.epoch - a.epoch)[0];
  return newest === undefined ? 'no row' : `${newest.holder} with epoch ${String(newest.epoch)}`;
}
