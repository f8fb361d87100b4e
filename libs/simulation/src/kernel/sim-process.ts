import { type Clock, type Timer, type TimeNs, timeNs, type Timers } from '@argosy/domain';
import { VirtualClock, VirtualTimers } from '@argosy/platform-virtual';
import type { Planned, Scheduler } from './scheduler.js';

/** 2026-01-01T00:00:00Z. */
const START_NS = 1_767_225_600_000_000_000n;
/** A machine that was up before the fleet: a monotonic clock that starts at 0 hides mistakes. */
const UPTIME_US = 1_000_000_000;

/** One machine's idea of time: wrong by an offset, and running fast or slow. Outlives the processes on it. */
export class MachineClock {
  /** What the wall clock is off by, microseconds; a step changes it. */
  offsetUs = 0;
  #readUs = 0;
  #readNs = timeNs(START_NS);

  constructor(
    private readonly scheduler: Scheduler,
    /** Parts per million that both clocks run fast. */
    readonly driftPpm = 0,
  ) {}

  get monotonicUs(): number {
    return UPTIME_US + this.scheduler.nowUs * (1 + this.driftPpm / 1e6);
  }

  get wallNs(): TimeNs {
    const elapsedUs = Math.round(this.scheduler.nowUs * (1 + this.driftPpm / 1e6) + this.offsetUs);
    // Read many times at one moment, and made of integers that are dear.
    if (elapsedUs !== this.#readUs) {
      this.#readUs = elapsedUs;
      this.#readNs = timeNs(START_NS + BigInt(elapsedUs) * 1_000n);
    }
    return this.#readNs;
  }
}

/**
 * One life of one process. Whatever reaches it (a timer, an answer, a message) comes through `enter`: it runs while the
 * process runs, waits while it is stopped or its loop is blocked, and is lost when it is dead. Code of a dead process
 * that still waits for a promise waits for ever: every port it could await is one of these.
 */
export class SimProcess {
  readonly clock: Clock;
  readonly timers: Timers;
  #alive = true;
  #stopped = false;
  #waiting: (() => void)[] = [];
  readonly #ends: (() => void)[] = [];

  constructor(
    /** Unique among all lives: `execution-a#2`. */
    readonly name: string,
    /** What the network knows it by: `execution-a`. */
    readonly machineName: string,
    private readonly scheduler: Scheduler,
    readonly machine: MachineClock,
  ) {
    this.clock = new VirtualClock(
      () => machine.wallNs,
      () => machine.monotonicUs / 1_000,
    );
    this.timers = new VirtualTimers((delayMs, run, intervalMs) => this.#plan(delayMs, run, intervalMs));
  }

  get alive(): boolean {
    return this.#alive;
  }

  get stopped(): boolean {
    return this.#stopped;
  }

  enter(run: () => void): void {
    if (!this.#alive) return;
    if (this.#stopped) this.#waiting.push(run);
    else run();
  }

  /** Runs when this life ends: connections are cut, the server forgets. */
  onEnd(run: () => void): void {
    this.#ends.push(run);
  }

  /** kill -9. */
  kill(): void {
    if (!this.#alive) return;
    this.#alive = false;
    this.#waiting = [];
    for (const run of this.#ends.splice(0)) run();
  }

  /** SIGSTOP, or a loop that does not turn: its clocks go on, nothing else does. */
  stop(): void {
    this.#stopped = true;
  }

  /** SIGCONT: everything that came meanwhile comes now, one event after the other. */
  resume(): void {
    if (!this.#stopped) return;
    this.#stopped = false;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const run of waiting) this.scheduler.after(0, () => this.enter(run));
  }

  /** A promise that the world answers: never settled for a dead process. */
  ask<T>(begin: (resolve: (value: T) => void, reject: (error: Error) => void) => void): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (!this.#alive) return;
      begin(
        (value) => this.enter(() => resolve(value)),
        (error) => this.enter(() => reject(error)),
      );
    });
  }

  #plan(delayMs: number, run: () => void, intervalMs?: number): Timer {
    // Node too waits at least a millisecond.
    const delayUs = Math.max(1, delayMs) * 1_000;
    let cancelled = !this.#alive;
    let planned: Planned | undefined;
    const fire = (): void => {
      if (cancelled) return;
      if (intervalMs !== undefined) next();
      run();
    };
    const come = (): void => this.enter(fire);
    const next = (): void => {
      if (!cancelled) planned = this.scheduler.after(delayUs, come);
    };
    next();
    return {
      cancel: () => {
        cancelled = true;
        planned?.cancel();
      },
    };
  }
}
