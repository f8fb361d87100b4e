/** What the shell is told. Documented in `argosy help exit-codes`; a number never changes its meaning. */
export const EXIT = {
  ok: 0,
  /** Something was checked and is not as it should be. */
  failedCheck: 1,
  /** The command line or a file given on it cannot be used. */
  usage: 2,
  /** The fleet understood and said no. */
  refused: 3,
  /** Nobody answered, or not in time. */
  unreachable: 4,
  /** A program of the fleet did not start or would not stay up. */
  fleetFailed: 5,
  /** Our own mistake. */
  internal: 70,
  /** Stopped by a signal before the work was done. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** In the order people read them. */
export const EXIT_MEANINGS: ReadonlyArray<readonly [ExitCode, string]> = [
  [EXIT.ok, 'done, and everything checked holds'],
  [EXIT.failedCheck, 'a check failed; the output names it'],
  [EXIT.usage, 'the command line or a file given on it cannot be used'],
  [EXIT.refused, 'the fleet understood and refused; the output has its code'],
  [EXIT.unreachable, 'the fleet did not answer, or not in time'],
  [EXIT.fleetFailed, 'a program of the fleet did not start or would not stay up'],
  [EXIT.internal, 'a mistake of ours; please report the output'],
  [EXIT.interrupted, 'stopped by a signal before the work was done'],
];

/** An end of a command that a person can act on. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  constructor(
    readonly exitCode: ExitCode,
    message: string,
    /** What to do about it, a sentence. */
    readonly fix?: string,
    /** Stable, for programs. */
    readonly code?: string,
  ) {
    super(message);
  }
}
