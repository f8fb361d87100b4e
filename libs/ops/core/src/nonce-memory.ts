import { TIMESTAMP_AGE_MS_MAX, TIMESTAMP_AHEAD_MS_MAX } from './time-window.js';

const SLOT_MS = 1_000;
/** Of all keys together. Rate limits keep honest use far below. */
export const NONCES_MAX = 200_000;

export type NonceVerdict = 'first' | 'repeated' | 'forgotten' | 'full';

/**
 * Which signed requests have been taken, for as long as their timestamps stay good (I-49). It knows what it cannot know:
 * a request from before it began to remember, or from a time already forgotten because the clock was set back, is
 * refused, so a restart opens no window for replays.
 */
export class NonceMemory {
  /** One set for each second of timestamps. */
  private readonly slots = new Map<number, Set<string>>();
  private size = 0;
  /** Requests up to this timestamp may have been taken without anybody remembering. */
  private forgottenThroughMs: number;

  /** @param startMs when this memory began; the one before it may have taken requests from just under a second later. */
  constructor(
    startMs: number,
    private readonly limit = NONCES_MAX,
  ) {
    this.forgottenThroughMs = startMs + TIMESTAMP_AHEAD_MS_MAX - 1;
  }

  /** From here on every request signed now is good, ms since 1970. */
  get completeFromMs(): number {
    return this.forgottenThroughMs + 1;
  }

  /** Takes it, at most once. The timestamp has to be inside the window. */
  take(token: string, timestampMs: number, nowMs: number): NonceVerdict {
    this.forget(nowMs);
    if (timestampMs <= this.forgottenThroughMs) return 'forgotten';
    for (const taken of this.slots.values()) if (taken.has(token)) return 'repeated';
    if (this.size >= this.limit) return 'full';
    const slot = Math.floor(timestampMs / SLOT_MS);
    const taken = this.slots.get(slot) ?? new Set<string>();
    this.slots.set(slot, taken.add(token));
    this.size += 1;
    return 'first';
  }

  private forget(nowMs: number): void {
    for (const [slot, taken] of this.slots) {
      const lastMs = (slot + 1) * SLOT_MS - 1;
      if (lastMs >= nowMs - TIMESTAMP_AGE_MS_MAX) continue;
      this.slots.delete(slot);
      this.size -= taken.size;
      this.forgottenThroughMs = Math.max(this.forgottenThroughMs, lastMs);
    }
  }
}
