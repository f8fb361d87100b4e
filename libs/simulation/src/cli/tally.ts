import type { SeedReport } from '../run-seed.js';

/** Sums over many fleet-minutes. */
export class Tally {
  readonly failed: SeedReport[] = [];
  readonly #coverage = new Map<string, number>();
  #minutes = 0;
  #events = 0;
  readonly #startedMs: number;

  constructor(private readonly nowMs: () => number) {
    this.#startedMs = nowMs();
  }

  add(report: SeedReport): void {
    this.#minutes += 1;
    this.#events += report.events;
    if (report.violations.length > 0) this.failed.push(report);
    for (const [what, count] of Object.entries(report.coverage))
      this.#coverage.set(what, (this.#coverage.get(what) ?? 0) + count);
  }

  get minutes(): number {
    return this.#minutes;
  }

  get seconds(): number {
    return (this.nowMs() - this.#startedMs) / 1_000;
  }

  /** Fleet-minutes lived in a minute of ours. */
  get minutesPerMinute(): number {
    return (this.#minutes / this.seconds) * 60;
  }

  get eventsPerSecond(): number {
    return this.#events / this.seconds;
  }

  get coverage(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#coverage].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  get line(): string {
    const rate = `${String(Math.round(this.minutesPerMinute))} a minute, ${String(Math.round(this.eventsPerSecond))} events/s`;
    return `${String(this.#minutes)} fleet-minutes (${rate}), ${String(this.failed.length)} with a violation`;
  }
}
