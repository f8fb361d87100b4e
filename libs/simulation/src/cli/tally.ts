import type { SeedReport } from '../run-seed.js';

/** What has gone by since the start: on the wall, and on all cores together. */
export interface Meter {
  wallMs(): number;
  cpuMs(): number;
}

/** Sums over many fleet-minutes. */
export class Tally {
  readonly failed: SeedReport[] = [];
  readonly #coverage = new Map<string, number>();
  #minutes = 0;
  #events = 0;
  readonly #startedMs: number;
  readonly #cpuAtStartMs: number;

  constructor(private readonly meter: Meter) {
    this.#startedMs = meter.wallMs();
    this.#cpuAtStartMs = meter.cpuMs();
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
    return (this.meter.wallMs() - this.#startedMs) / 1_000;
  }

  /** Fleet-minutes lived in a minute of ours. */
  get minutesPerMinute(): number {
    return (this.#minutes / this.seconds) * 60;
  }

  get eventsPerSecond(): number {
    return this.#events / this.seconds;
  }

  /** Of one fleet-minute, on one core: what remains comparable on a machine that does other things too. */
  get cpuMs(): number {
    return (this.meter.cpuMs() - this.#cpuAtStartMs) / Math.max(1, this.#minutes);
  }

  get coverage(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#coverage].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  get line(): string {
    const rounded = (value: number): string => String(Math.round(value));
    const rate = `${rounded(this.minutesPerMinute)} a minute, ${rounded(this.eventsPerSecond)} events/s`;
    const cost = `${rounded(this.cpuMs)} ms of CPU each`;
    return `${rounded(this.#minutes)} fleet-minutes (${rate}, ${cost}), ${rounded(this.failed.length)} with a violation`;
  }
}
