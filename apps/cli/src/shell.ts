import type { Clock, Random, Timers } from '@argosy/domain';
import type { Terminal } from './terminal/terminal.js';

export type Environment = Readonly<Record<string, string | undefined>>;

/** The world as one command sees it; made by `main.ts`, replaced whole in specs. */
export interface Shell {
  /** The checkout. */
  readonly root: string;
  /** Where relative paths on the command line begin. */
  readonly folder: string;
  readonly env: Environment;
  /** The Node that runs this program, and every other of the fleet. */
  readonly node: string;
  readonly pid: number;
  readonly terminal: Terminal;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  /** Tells of the wish to stop: a signal, or that the starter is gone. Returns how to listen no more. */
  onStop(listener: (why: string) => void): () => void;
  /** Tells of `SIGUSR2`, which kills the fleet and leaves it running (FL-5). Returns how to listen no more. */
  onKill(listener: () => void): () => void;
}
