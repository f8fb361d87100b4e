/** Moments of one key, oldest at `head`. */
interface Moments {
  values: number[];
  head: number;
}

/**
 * Counts per key over a sliding window. Bounded by keys, since quiet keys leave, and by count: what lies beyond
 * `countMax` is a runaway whatever its number, so the oldest moments of a flood are let go.
 */
export class RateWindow {
  private readonly moments = new Map<string, Moments>();

  /** @param windowMs how far back counts; @param keyLimit keys kept at once, the quietest leaving first. */
  constructor(
    private readonly windowMs: number,
    private readonly keyLimit: number,
    private readonly countMax = 100_000,
  ) {}

  /** Counts one more at `nowMs` (monotonic) and says how many are in the window, this one included, at most `countMax`. */
  add(key: string, nowMs: number): number {
    const moments = this.moments.get(key) ?? { values: [], head: 0 };
    moments.values.push(nowMs);
    // Re-inserted last, so that the first key is the one quiet for longest.
    this.moments.delete(key);
    this.moments.set(key, moments);
    if (this.moments.size > this.keyLimit) this.dropQuietest();
    return this.inWindow(moments, nowMs);
  }

  count(key: string, nowMs: number): number {
    const moments = this.moments.get(key);
    return moments === undefined ? 0 : this.inWindow(moments, nowMs);
  }

  /** Each moment is passed over once in its life, so an addition costs the same however many there are. */
  private inWindow(moments: Moments, nowMs: number): number {
    const { values } = moments;
    while (moments.head < values.length && (values[moments.head] ?? 0) <= nowMs - this.windowMs) moments.head += 1;
    if (values.length - moments.head > this.countMax) moments.head = values.length - this.countMax;
    if (moments.head > 64 && moments.head * 2 > values.length) {
      moments.values = values.slice(moments.head);
      moments.head = 0;
    }
    return moments.values.length - moments.head;
  }

  private dropQuietest(): void {
    const [quietest] = this.moments.keys();
    if (quietest !== undefined) this.moments.delete(quietest);
  }
}
