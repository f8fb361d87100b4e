/**
 * Time and chance as ports. Production gives the machine's; the simulation gives virtual ones, which is why nothing
 * outside the runtime lib may touch the globals.
 */
import type { Branded } from './decimal.js';

/** Nanoseconds since 1970-01-01T00:00:00Z. */
export type TimeNs = Branded<bigint, 'TimeNs'>;
export const timeNs = (value: bigint): TimeNs => value as TimeNs;
export const msToNs = (milliseconds: number): TimeNs => (BigInt(Math.trunc(milliseconds)) * 1_000_000n) as TimeNs;
/** Whole milliseconds since 1970, towards zero. */
export const nsToMs = (time: TimeNs): number => Number(time / 1_000_000n);
export const isoTime = (time: TimeNs): string => new Date(nsToMs(time)).toISOString();

export abstract class Clock {
  /** UTC. May jump: never measure a duration with it. */
  abstract now(): TimeNs;
  /** Milliseconds from an arbitrary origin; never goes back, not comparable across processes. */
  abstract monotonicMs(): number;
}

export interface Timer {
  cancel(): void;
}

export abstract class Timers {
  abstract after(delayMs: number, run: () => void): Timer;
  /** Repeats until cancelled; a run that throws ends the process, as any uncaught error does. */
  abstract every(intervalMs: number, run: () => void): Timer;
  /** Resolves after the delay, in the injected time. */
  sleep(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      this.after(delayMs, resolve);
    });
  }
}

export abstract class Random {
  /** Uniform in [0, 1). */
  abstract unit(): number;
  /** `length` random bytes; cryptographic in production, seeded in simulation. */
  abstract bytes(length: number): Uint8Array;
}
