/** Of one limiter: the key asked for least recently makes room. */
const KEYS_MAX = 2_000;

/** How often each key may ask: `perSecond` in the long run, `burst` at once. */
export class TokenBuckets {
  private readonly buckets = new Map<string, { tokens: number; atMs: number }>();

  constructor(
    private readonly perSecond: number,
    private readonly burst: number,
  ) {}

  /** @param nowMs on a clock that never goes back */
  take(key: string, nowMs: number): boolean {
    const known = this.buckets.get(key);
    const tokens =
      known === undefined
        ? this.burst
        : Math.min(this.burst, known.tokens + ((nowMs - known.atMs) * this.perSecond) / 1_000);
    const isAllowed = tokens >= 1;
    if (known !== undefined) {
      known.tokens = isAllowed ? tokens - 1 : tokens;
      known.atMs = nowMs;
      return isAllowed;
    }
    if (this.buckets.size >= KEYS_MAX) this.dropOldest();
    this.buckets.set(key, { tokens: tokens - 1, atMs: nowMs });
    return isAllowed;
  }

  private dropOldest(): void {
    let oldest: string | undefined;
    let oldestMs = Number.POSITIVE_INFINITY;
    for (const [key, { atMs }] of this.buckets) {
      if (atMs >= oldestMs) continue;
      oldest = key;
      oldestMs = atMs;
    }
    if (oldest !== undefined) this.buckets.delete(oldest);
  }
}
