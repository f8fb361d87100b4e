import type { VenueClock } from './venue-clock.js';

/** Two missed heartbeats of the slowest depth stream are far below this, and no strategy may quote on an older book. */
export const STALE_AFTER_MS = 3_000;

export interface Freshness {
  readonly stale: boolean;
  /** Names the rule and the numbers; empty while fresh. */
  readonly reason: string;
  /** Stale by the venue's time alone: the event is bad, or the clock it was judged by was set since it was sampled. */
  readonly byVenueTime?: true;
  /** Age by the venue's clock in local ms; absent while that clock is unknown. */
  readonly latencyMs?: number;
}

export interface FreshnessQuestion {
  /** Monotonic ms. */
  readonly nowMs: number;
  /** Monotonic ms at which the last event of this subscription came in. */
  readonly receivedMs: number;
  /** What the venue wrote on it, ms since 1970. */
  readonly venueMs: number;
  readonly limitMs: number;
}

/**
 * Fresh by both clocks or stale (5.8): an open socket proves nothing, and a venue may send old news promptly. A replay
 * slower than real time stretches the limit, because its silences are stretched too.
 */
export function judgeFreshness(question: FreshnessQuestion, clock: VenueClock): Freshness {
  const { nowMs, receivedMs, venueMs, limitMs } = question;
  const limit = limitMs * Math.max(1, 1 / clock.rate);
  const silentMs = nowMs - receivedMs;
  const venueAgeMs = clock.ageMs(venueMs, nowMs);
  // Age at arrival: between two events the venue has nothing new to say, which the silence rule judges.
  const latencyMs = venueAgeMs === undefined ? undefined : venueAgeMs - silentMs;
  const known = latencyMs === undefined ? {} : { latencyMs };
  if (silentMs > limit)
    return { stale: true, reason: `nothing received for ${whole(silentMs)} ms, limit ${whole(limit)} ms`, ...known };
  if (venueAgeMs === undefined) return { stale: false, reason: '' };
  const slack = limit + (clock.uncertaintyMs ?? 0) / clock.rate;
  if (venueAgeMs > slack)
    return {
      stale: true,
      byVenueTime: true,
      reason: `the venue's own time is ${whole(venueAgeMs)} ms old, limit ${whole(slack)} ms`,
      ...known,
    };
  // Until the rate is known a fast replay runs ahead of a clock assumed to be real time.
  if (clock.isRateKnown && -venueAgeMs > slack) {
    return {
      stale: true,
      byVenueTime: true,
      reason: `the venue's own time is ${whole(-venueAgeMs)} ms ahead, limit ${whole(slack)} ms`,
      ...known,
    };
  }
  return { stale: false, reason: '', ...known };
}

const whole = (value: number): string => String(Math.round(value));
