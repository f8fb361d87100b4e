/** `idle`: nothing happened that could have broken it. */
export type Outcome = 'held' | 'violated' | 'idle';

/** One thing that had to hold, and what was found. */
export interface Verdict {
  readonly what: string;
  /** Ids of the invariants and faults it is about. */
  readonly ids: readonly string[];
  readonly outcome: Outcome;
  /** Milliseconds, where there is something to measure. */
  readonly ms: number | null;
  readonly detail: string;
}

/** A verdict of a list of problems: none means that it held. */
export const verdict = (
  what: string,
  ids: readonly string[],
  problems: readonly string[],
  held: string,
  ms: number | null = null,
): Verdict => ({
  what,
  ids,
  outcome: problems.length === 0 ? 'held' : 'violated',
  ms: ms === null ? null : Math.round(ms),
  detail: problems.length === 0 ? held : shortened(problems),
});

const SHOWN = 4;

const shortened = (problems: readonly string[]): string =>
  problems.length <= SHOWN
    ? problems.join('; ')
    : `${problems.slice(0, SHOWN).join('; ')}; and ${String(problems.length - SHOWN)} more`;

export const allHeld = (verdicts: readonly Verdict[]): boolean =>
  verdicts.every(({ outcome }) => outcome !== 'violated');
