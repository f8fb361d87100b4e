import { Clock, type TimeNs, timeNs } from '@argosy/domain';
import { performance } from 'node:perf_hooks';

/**
 * The machine's clocks. `now` is the wall clock in microsecond steps: milliseconds of the wall clock plus the
 * sub-millisecond part of the monotonic one, re-anchored whenever the two disagree, so that it follows every step of NTP.
 */
export class SystemClock extends Clock {
  #anchorMs = Date.now();
  #anchorMonotonicMs = performance.now();

  override now(): TimeNs {
    const wallMs = Date.now();
    const elapsedMs = performance.now() - this.#anchorMonotonicMs;
    const estimateMs = this.#anchorMs + elapsedMs;
    if (estimateMs < wallMs || estimateMs >= wallMs + 1) {
      this.#anchorMs = wallMs;
      this.#anchorMonotonicMs += elapsedMs;
      return timeNs(BigInt(wallMs) * 1_000_000n);
    }
    return timeNs(BigInt(wallMs) * 1_000_000n + BigInt(Math.trunc((estimateMs - wallMs) * 1_000)) * 1_000n);
  }

  override monotonicMs(): number {
    return performance.now();
  }
}
