import { Clock, type TimeNs, timeNs, type Timer, Timers } from '@argosy/domain';

interface Due {
  readonly run: () => void;
  readonly everyMs: number | undefined;
  atMs: number;
  cancelled: boolean;
}

const NS_PER_MS = 1_000_000n;

/** Time as the recording tells it: it stands still between two lines and runs the timers that fall between them. */
export class ReplayTime {
  readonly clock: Clock;
  readonly timers: Timers;
  #nowNs: bigint;
  #nowMs = 0;
  #due: Due[] = [];

  constructor(private readonly startNs: TimeNs) {
    this.#nowNs = startNs;
    const now = (): TimeNs => timeNs(this.#nowNs);
    const nowMs = (): number => this.#nowMs;
    const plan = (delayMs: number, everyMs: number | undefined, run: () => void): Timer =>
      this.#plan(delayMs, everyMs, run);
    this.clock = new (class extends Clock {
      override now = now;
      override monotonicMs = nowMs;
    })();
    this.timers = new (class extends Timers {
      override after = (delayMs: number, run: () => void): Timer => plan(delayMs, undefined, run);
      override every = (intervalMs: number, run: () => void): Timer => plan(intervalMs, intervalMs, run);
    })();
  }

  /** Never back: a recorder's clock may have been set while it wrote. */
  advanceTo(time: TimeNs): void {
    const targetMs = Number((time - this.startNs) / NS_PER_MS);
    for (let due = this.#next(targetMs); due !== undefined; due = this.#next(targetMs)) {
      this.#nowMs = Math.max(this.#nowMs, due.atMs);
      this.#nowNs = this.startNs + BigInt(Math.floor(this.#nowMs)) * NS_PER_MS;
      if (due.everyMs === undefined) due.cancelled = true;
      else due.atMs += due.everyMs;
      due.run();
    }
    this.#nowMs = Math.max(this.#nowMs, targetMs);
    this.#nowNs = time > this.#nowNs ? time : this.#nowNs;
  }

  /** The earliest timer due by `targetMs`; a connection has a handful, so a scan is the fastest. */
  #next(targetMs: number): Due | undefined {
    let found: Due | undefined;
    let dead = 0;
    for (const due of this.#due) {
      if (due.cancelled) dead += 1;
      else if (due.atMs <= targetMs && (found === undefined || due.atMs < found.atMs)) found = due;
    }
    if (dead > 0) this.#due = this.#due.filter((due) => !due.cancelled);
    return found;
  }

  #plan(delayMs: number, everyMs: number | undefined, run: () => void): Timer {
    const due: Due = { run, everyMs, atMs: this.#nowMs + Math.max(1, delayMs), cancelled: false };
    this.#due.push(due);
    return {
      cancel: () => {
        due.cancelled = true;
      },
    };
  }
}
