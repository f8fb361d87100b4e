import type { Sample } from './metric-text.js';

/** Counters of refusals: risk's verdicts, and what execution's pre-check, its egress or the venue refused. */
export const DENIAL_COUNTERS: ReadonlySet<string> = new Set(['risk_violations_total', 'orders_rejected_total']);

const keyOf = ({ name, labels }: Sample): string => `${name} ${labels['venue'] ?? ''} ${labels['code'] ?? ''}`;

/** Refusals by code over a run, through processes that begin their counting again. */
export class Denials {
  readonly #last = new Map<string, number>();
  readonly #counts = new Map<string, number>();
  #isFirstLook = true;

  /**
   * @param samples one look at one process's counters
   * @param source whose: two of one service count the same things each for itself
   */
  look(samples: readonly Sample[], source = ''): void {
    for (const sample of samples) {
      const { code } = sample.labels;
      if (code === undefined || !DENIAL_COUNTERS.has(sample.name)) continue;
      const key = `${source} ${keyOf(sample)}`;
      const last = this.#last.get(key) ?? 0;
      const news = sample.value >= last ? sample.value - last : sample.value;
      this.#last.set(key, sample.value);
      if (!this.#isFirstLook && news > 0) this.#counts.set(code, (this.#counts.get(code) ?? 0) + news);
    }
  }

  /** What was counted so far happened before the run. */
  begin(): void {
    this.#isFirstLook = false;
    this.#counts.clear();
  }

  get byCode(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#counts].sort(([a], [b]) => a.localeCompare(b)));
  }
}
