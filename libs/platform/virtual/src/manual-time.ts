import { assert, Clock, type TimeNs, timeNs, type Timer, Timers } from '@argosy/domain';

interface Due {
  readonly atMs: number;
  readonly order: number;
  readonly run: () => void;
  /** Undefined for a timer that runs once. */
  readonly intervalMs?: number;
}

/** 2026-01-01T00:00:00Z: a round start that is nobody's birthday. */
const START_NS = 1_767_225_600_000_000_000n;
/** More timers than this in one `advance` is a loop. */
const RUNS_MAX = 10_000_000;

/**
 * Time that moves only when told: `clock` and `timers` are the ports, `advance` is the hand. Timers run in order of
 * their time, then of their making, each seeing its own moment on the clock.
 */
export class ManualTime {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly #startNs: bigint;
  #elapsedMs = 0;
  #wallOffsetNs = 0n;
  #made = 0;
  #due: Due[] = [];

  constructor(startNs: bigint = START_NS) {
    this.#startNs = startNs;
    this.clock = new VirtualClock(
      () => this.nowNs,
      () => this.#elapsedMs,
    );
    this.timers = new VirtualTimers((delayMs, run, intervalMs) => this.#plan(delayMs, run, intervalMs));
  }

  get nowNs(): TimeNs {
    return timeNs(this.#startNs + this.#wallOffsetNs + BigInt(Math.round(this.#elapsedMs * 1e6)));
  }

  /** Timers that still wait. */
  get pending(): number {
    return this.#due.length;
  }

  /** When the next timer is due, ms from the start on the monotonic clock. */
  get nextDueMs(): number | undefined {
    return this.#due[0]?.atMs;
  }

  /** Moves time and runs what falls due, without letting promises settle between. */
  advance(milliseconds: number): void {
    const target = this.#elapsedMs + milliseconds;
    for (let runs = 0; this.#runNext(target); runs += 1) assert(runs < RUNS_MAX, 'timers run without end');
    this.#elapsedMs = target;
  }

  /** As `advance`, letting promises settle after every timer: for code that awaits between its timers. */
  async advanceAsync(milliseconds: number): Promise<void> {
    const target = this.#elapsedMs + milliseconds;
    await settled();
    for (let runs = 0; this.#runNext(target); runs += 1) {
      assert(runs < RUNS_MAX, 'timers run without end');
      await settled();
    }
    this.#elapsedMs = target;
    await settled();
  }

  /** The wall clock jumps, the monotonic one does not: what an administrator or NTP does. */
  stepWallClock(milliseconds: number): void {
    this.#wallOffsetNs += BigInt(Math.round(milliseconds * 1e6));
  }

  #runNext(target: number): boolean {
    const next = this.#due[0];
    if (next === undefined || next.atMs > target) return false;
    this.#due.shift();
    this.#elapsedMs = Math.max(this.#elapsedMs, next.atMs);
    if (next.intervalMs !== undefined)
      this.#insert({ ...next, atMs: next.atMs + next.intervalMs, order: (this.#made += 1) });
    next.run();
    return true;
  }

  #plan(delayMs: number, run: () => void, intervalMs?: number): Timer {
    assert(delayMs >= 0 && Number.isFinite(delayMs), `timer delay out of range: ${String(delayMs)} ms`);
    // Node too waits at least a millisecond, so that a repeating timer of 0 ms still lets time pass.
    const delay = Math.max(1, delayMs);
    const due: Due = {
      atMs: this.#elapsedMs + delay,
      order: (this.#made += 1),
      run: () => (cancelled ? undefined : run()),
      ...(intervalMs === undefined ? {} : { intervalMs: delay }),
    };
    let cancelled = false;
    this.#insert(due);
    return {
      cancel: () => {
        cancelled = true;
        this.#due = this.#due.filter((other) => other.run !== due.run);
      },
    };
  }

  #insert(due: Due): void {
    let low = 0;
    let high = this.#due.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = this.#due[middle] as Due;
      if (other.atMs < due.atMs || (other.atMs === due.atMs && other.order < due.order)) low = middle + 1;
      else high = middle;
    }
    this.#due.splice(low, 0, due);
  }
}

/** Resolves when everything that only waited for promises has run. */
export async function settled(): Promise<void> {
  // eslint-disable-next-line no-restricted-globals -- the machine's own turn, which no virtual one can stand for.
  await new Promise((resolve) => setImmediate(resolve));
}

export class VirtualClock extends Clock {
  constructor(
    private readonly readNow: () => TimeNs,
    private readonly readMonotonicMs: () => number,
  ) {
    super();
  }
  override now(): TimeNs {
    return this.readNow();
  }
  override monotonicMs(): number {
    return this.readMonotonicMs();
  }
}

export class VirtualTimers extends Timers {
  constructor(private readonly plan: (delayMs: number, run: () => void, intervalMs?: number) => Timer) {
    super();
  }
  override after(delayMs: number, run: () => void): Timer {
    return this.plan(delayMs, run);
  }
  override every(intervalMs: number, run: () => void): Timer {
    return this.plan(intervalMs, run, intervalMs);
  }
}
