import { Clock, type Timer, type TimeNs, Timers } from '@argosy/domain';
import { type Lease, type LeaseLoss, SilentLogger, SilentMetrics } from '@argosy/platform-port';
import { LeadershipMetrics } from '../leadership-metrics.js';
import { LeaseLeadership } from '../lease-leadership.js';
import type { LeaseStore } from '../lease-store.port.js';
import { answerLimitMs, type LeaseTimes } from '../lease-times.js';
import { aClearLink, LossyLeaseStore } from '../lossy-lease-store.js';

/** What a kind of store has to bring to be judged by the contract. */
export interface LeaseWorld {
  readonly times: LeaseTimes;
  readonly clock: Clock;
  readonly timers: Timers;
  store(): LeaseStore;
  /** Lets time go by, real or virtual. */
  pass(milliseconds: number): Promise<void>;
  deleteRow(name: string): Promise<void>;
  /** The store's clock steps by so much, forward or back. */
  jumpStoreClock(milliseconds: number): Promise<void>;
}

/** A clock of one process, whose wall clock and whose monotonic clock can be made to jump apart from all others. */
class ProcessClock extends Clock {
  monotonicOffsetMs = 0;
  wallOffsetNs = 0n;
  constructor(private readonly base: Clock) {
    super();
  }
  override now(): TimeNs {
    return (this.base.now() + this.wallOffsetNs) as TimeNs;
  }
  override monotonicMs(): number {
    return this.base.monotonicMs() + this.monotonicOffsetMs;
  }
}

/** Timers of one process, which stand still while it is stopped and all come due when it goes on, as after SIGCONT. */
class ProcessTimers extends Timers {
  isDead = false;
  #isPaused = false;
  #waiting: (() => void)[] = [];
  constructor(private readonly base: Timers) {
    super();
  }
  override after(delayMs: number, run: () => void): Timer {
    let isCancelled = false;
    const fire = (): void => {
      if (isCancelled || this.isDead) return;
      if (this.#isPaused) this.#waiting.push(fire);
      else run();
    };
    const timer = this.base.after(delayMs, fire);
    return {
      cancel: () => {
        isCancelled = true;
        timer.cancel();
      },
    };
  }
  override every(): Timer {
    throw new Error('not needed here');
  }
  get isStopped(): boolean {
    return this.#isPaused || this.isDead;
  }
  pause(): void {
    this.#isPaused = true;
  }
  resume(): void {
    this.#isPaused = false;
    for (const fire of this.#waiting.splice(0)) fire();
  }
  kill(): void {
    this.isDead = true;
  }
}

/** One process that would lead, with the ways in which processes and networks fail. */
export class Candidate {
  readonly link = aClearLink();
  readonly clock: ProcessClock;
  readonly timers: ProcessTimers;
  readonly leadership: LeaseLeadership;
  readonly losses: LeaseLoss[] = [];
  readonly leases: Lease[] = [];

  constructor(
    world: LeaseWorld,
    readonly name: string,
    names: readonly string[],
    epochAbove?: () => Promise<number>,
  ) {
    this.clock = new ProcessClock(world.clock);
    this.timers = new ProcessTimers(world.timers);
    const store = new LossyLeaseStore(world.store(), this.link, world.timers, answerLimitMs(world.times));
    this.leadership = new LeaseLeadership(
      { candidate: name, names, times: world.times, epochAbove },
      {
        store: new StoppableStore(store, this.timers, world.timers),
        clock: this.clock,
        timers: this.timers,
        logger: new SilentLogger(),
        metrics: new LeadershipMetrics(new SilentMetrics()),
      },
    );
    this.leadership.onLost((loss) => this.losses.push(loss));
  }

  stand(): this {
    this.leadership.acquire().then(
      (lease) => this.leases.push(lease),
      () => undefined,
    );
    return this;
  }

  get leads(): boolean {
    return this.leadership.current() !== undefined;
  }

  /** What the egress asks in the tick of a write: an order might leave now. */
  get mayTrade(): boolean {
    const lease = this.leadership.current();
    return !this.timers.isStopped && lease !== undefined && this.clock.monotonicMs() < lease.deadlineMonotonicMs;
  }
}

/** A stopped process reads no answers: they wait in its socket until it goes on. */
class StoppableStore {
  constructor(
    private readonly store: LeaseStore,
    private readonly process: ProcessTimers,
    private readonly timers: Timers,
  ) {}
  read: LeaseStore['read'] = (names) => this.answer(this.store.read(names));
  take: LeaseStore['take'] = (request) => this.answer(this.store.take(request));
  renew: LeaseStore['renew'] = (hold, ttlMs) => this.answer(this.store.renew(hold, ttlMs));
  release: LeaseStore['release'] = (hold) => this.answer(this.store.release(hold));

  private async answer<T>(asked: Promise<T>): Promise<T> {
    try {
      return await asked;
    } finally {
      // One that is dead never reads it at all.
      if (this.process.isDead) await new Promise<never>(() => undefined);
      while (this.process.isStopped && !this.process.isDead) await this.timers.sleep(5);
    }
  }
}

/** Watches that no two of them may trade at once, and that epochs never fall (I-01, I-03). */
export class Watcher {
  readonly violations: string[] = [];
  #highest = 0;
  readonly #holders = new Map<number, string>();

  constructor(
    private readonly world: LeaseWorld,
    readonly candidates: readonly Candidate[],
  ) {}

  async pass(milliseconds: number, stepMs = 10): Promise<void> {
    for (let passed = 0; passed < milliseconds; passed += stepMs) {
      await this.world.pass(Math.min(stepMs, milliseconds - passed));
      this.look();
    }
  }

  /** Until it is so, or the limit has passed. True when it became so. */
  async until(isSo: () => boolean, limitMs: number, stepMs = 5): Promise<boolean> {
    for (let passed = 0; passed <= limitMs; passed += stepMs) {
      if (isSo()) return true;
      await this.pass(stepMs, stepMs);
    }
    return isSo();
  }

  look(): void {
    const trading = this.candidates.filter(({ mayTrade }) => mayTrade);
    if (trading.length > 1) this.violations.push(`${trading.map(({ name }) => name).join(' and ')} may trade at once`);
    for (const { leadership, name } of this.candidates) {
      const epoch = leadership.current()?.epoch;
      if (epoch === undefined) continue;
      const holder = this.#holders.get(epoch);
      if (holder !== undefined && holder !== name) this.violations.push(`epoch ${String(epoch)} has two holders`);
      if (holder === undefined && epoch <= this.#highest) this.violations.push(`epoch ${String(epoch)} is not new`);
      this.#holders.set(epoch, name);
      this.#highest = Math.max(this.#highest, epoch);
    }
  }
}
