/** Counts per key over a sliding window; bounded by keys, since quiet keys leave. */
export class RateWindow {
  private readonly moments = new Map<string, number[]>();

  /** @param windowMs how far back counts; @param keyLimit keys kept at once, the quietest leaving first. */
  constructor(
    private readonly windowMs: number,
    private readonly keyLimit: number,
  ) {}

  /** Counts one more at `nowMs` (monotonic) and says how many there are in the window, this one included. */
  add(key: string, nowMs: number): number {
    const recent = this.recent(key, nowMs);
    recent.push(nowMs);
    // Re-inserted last, so that the first key is the one quiet for longest.
    this.moments.delete(key);
    this.moments.set(key, recent);
    if (this.moments.size > this.keyLimit) this.dropQuietest();
    return recent.length;
  }

  count(key: string, nowMs: number): number {
    return this.recent(key, nowMs).length;
  }

  private recent(key: string, nowMs: number): number[] {
    const moments = this.moments.get(key) ?? [];
    const first = moments.findIndex((moment) => moment > nowMs - this.windowMs);
    return first === -1 ? [] : moments.slice(first);
  }

  private dropQuietest(): void {
    for (const key of this.moments.keys()) {
      this.moments.delete(key);
      return;
    }
  }
}
