/** What the ratio ours ÷ floor has to keep: a rate at least so much of the floor's, a time at most so many times it. */
export type Aim = { readonly atLeast: number } | { readonly atMost: number };

/** One line of the bench: the same work done by us and by its floor, round by round. */
export interface Comparison {
  readonly figure: string;
  /** Of `ours` and `floor`, for people: `cmd/s`, `µs`. */
  readonly unit: string;
  readonly aim: Aim;
  readonly ours: readonly number[];
  readonly floor: readonly number[];
  /** What the reader has to know about this run: the recording, an agreement that was checked. */
  readonly note?: string;
}

export interface Effort {
  /** Pairs of measurements; each side is measured once a round. */
  readonly rounds: number;
  /** Smaller work a round: for a look, not for a record. */
  readonly quick: boolean;
  readonly progress: (text: string) => void;
}

export interface Figure {
  /** What `--only` takes. */
  readonly name: string;
  /** Measured only when it is named: it takes minutes. */
  readonly onDemand?: true;
  measure(effort: Effort): Promise<readonly Comparison[]>;
}
