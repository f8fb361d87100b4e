import type { ProcessHost } from './process-host.js';

/**
 * A process that lost its lease has nothing left to do: the supervisor starts it again, and it stands by. `EX_TEMPFAIL`
 * of sysexits.h, so that nobody takes it for a crash.
 */
export const EXIT_LEFT = 75;

/** How a part of a service ends its own process. */
export class Departure {
  #drain: ((code: number) => void) | undefined;

  constructor(private readonly host: ProcessHost) {}

  /** Now: no draining and no last lines but this one (I-09). */
  leave(reason: string): void {
    this.host.complain(`leaving at once: ${reason}`);
    this.host.exit(EXIT_LEFT);
  }

  /** As after SIGTERM: what is under way ends, leases are given back, and then the process. */
  drain(): void {
    if (this.#drain === undefined) this.host.exit(EXIT_LEFT);
    else this.#drain(EXIT_LEFT);
  }

  whenDraining(run: (code: number) => void): void {
    this.#drain = run;
  }
}
