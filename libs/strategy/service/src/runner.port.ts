import type { RawParameters, RunSpec, StrategyEvent } from '@argosy/strategy-api';

/** What a strategy made of one batch. Untrusted: only `actionsOf` says what of it is a list of actions. */
export interface BatchAnswer {
  /** One entry an event of the batch, each what `on` returned. */
  readonly returned: readonly unknown[];
  readonly vitals: Readonly<Record<string, string>>;
}

export interface RunListener {
  /** Batches are answered in order, each once. */
  answered(answer: BatchAnswer): void;
  /** It threw, ran out of memory or ended; nothing is answered afterwards. */
  failed(reason: string): void;
}

/** One running strategy. After `end` nothing of it is heard. */
export interface RunHandle {
  /** The next batch; the caller waits for the answer before the next one. */
  feed(events: readonly StrategyEvent[]): void;
  reconfigure(parameters: RawParameters): void;
  end(): void;
}

/**
 * Where strategies run. In-process for simulation and specs; in a process of its own each in production, so that one that
 * hangs, leaks or spins hurts only itself.
 */
export abstract class StrategyRunner {
  /** Starts making it; a strategy that cannot be made is a failure told to the listener. */
  abstract start(spec: RunSpec, listener: RunListener): RunHandle;

  /** Gets ready for so many starts soon, where getting ready takes time. Nothing is fed. */
  warm(starts: number): void {
    void starts;
  }

  /** Ends everything that still runs, at once. */
  close(): void {
    // Nothing of its own to end.
  }
}
