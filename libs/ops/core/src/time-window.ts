import { type OpsProblem, problem } from './problem.js';

/** A signed request is good for so long; a longer time would be a larger memory of nonces, a shorter one a clock contest. */
export const TIMESTAMP_AGE_MS_MAX = 5_000;
/** Clocks that run ahead are forgiven less than this. */
export const TIMESTAMP_AHEAD_MS_MAX = 1_000;

/** `now − 5000 ≤ timestamp < now + 1000`, in ms. */
export function windowProblem(timestampMs: number, nowMs: number): OpsProblem | undefined {
  const details = { gateway_time_ms: String(nowMs), timestamp: String(timestampMs) };
  if (timestampMs < nowMs - TIMESTAMP_AGE_MS_MAX) return problem('timestamp_too_old', details);
  if (timestampMs >= nowMs + TIMESTAMP_AHEAD_MS_MAX) return problem('timestamp_in_future', details);
  return undefined;
}
