const WINDOW_MS = 1_000;

/** Actions in the last second, in ten buckets: a bound, not a scheduler. */
export class RateLimit {
  private readonly buckets = new Array<number>(10).fill(0);
  private newest = 0;

  constructor(private readonly perSecondMax: number) {}

  /** False when `count` more would pass the limit; they are counted anyway. */
  allows(count: number, nowMs: number): boolean {
    const slot = Math.floor(nowMs / (WINDOW_MS / this.buckets.length));
    const steps = Math.min(slot - this.newest, this.buckets.length);
    for (let i = 1; i <= steps; i += 1) this.buckets[(this.newest + i) % this.buckets.length] = 0;
    if (slot > this.newest) {
      // A jump over the whole window clears every bucket, whatever their numbers.
      if (steps === this.buckets.length) this.buckets.fill(0);
      this.newest = slot;
    }
    const index = this.newest % this.buckets.length;
    this.buckets[index] = (this.buckets[index] ?? 0) + count;
    return this.buckets.reduce((sum, one) => sum + one, 0) <= this.perSecondMax;
  }
}
