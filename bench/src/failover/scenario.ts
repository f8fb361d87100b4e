import type { Measured } from './figure-line.js';
import type { Verdict } from './judge.js';

export interface Effort {
  /** A tenth of the trials. */
  readonly quick: boolean;
  readonly trials: number | undefined;
  readonly loadedMinutes: number;
  readonly progress: (text: string) => void;
}

export interface Outcome {
  readonly figures: readonly Measured[];
  /** Sentences; any of them fails the run. */
  readonly violations: readonly string[];
}

export interface Scenario {
  /** What `--only` takes. */
  readonly name: string;
  run(effort: Effort): Promise<Outcome>;
}

/** How many trials: what was asked for, else all or a tenth. */
export const trialsOf = ({ quick, trials }: Effort, all: number): number =>
  trials ?? Math.max(1, quick ? Math.round(all / 10) : all);

export const violationsIn = ({ deposed, duplicated, lost }: Verdict): readonly string[] => [
  ...deposed,
  ...duplicated,
  ...lost,
];

/** The counts that have to be 0, as figures. */
export const countsOf = (name: string, verdict: Verdict, trials: number): readonly Measured[] => {
  const line = (what: string, count: number): Measured => ({
    figure: `${name}: ${what}`,
    unit: 'orders',
    judged: 'sum',
    limit: 0,
    trials: [count],
    note: `over ${String(trials)} trials`,
  });
  return [
    line('orders of a deposed leader', verdict.deposed.length),
    line('duplicated or lost', verdict.duplicated.length + verdict.lost.length),
  ];
};
