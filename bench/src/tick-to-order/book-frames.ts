const LEVELS = 20;
const FIRST_TOUCH = 105_055;

/**
 * Frames of a book as Hyperliquid sends them, 20 levels a side. Between two of them the touch walks now and then and some
 * sizes change, so that about as many texts are new to the reader as in the venue's own recordings.
 */
export class BookFrames {
  private state = 20_260_923;
  private touch = FIRST_TOUCH;
  private readonly sizes = Array.from({ length: 2 * LEVELS }, () => this.size());

  /** @param timeMs the venue's time in the frame. */
  next(timeMs: number): string {
    if (this.chance() < 0.3) this.touch += this.chance() < 0.5 ? -1 : 1;
    for (let index = 0; index < this.sizes.length; index += 1) if (this.chance() < 0.2) this.sizes[index] = this.size();
    const levels = [this.side(0, -1), this.side(LEVELS, 1)];
    return JSON.stringify({ channel: 'l2Book', data: { coin: 'BTC', levels, time: timeMs } });
  }

  private side(from: number, sign: 1 | -1): readonly unknown[] {
    const best = sign === 1 ? this.touch + 1 : this.touch;
    return Array.from({ length: LEVELS }, (_, index) => ({
      n: 1 + (index % 7),
      px: `${String(best + sign * index)}.0`,
      sz: this.sizes[from + index],
    }));
  }

  private size(): string {
    const raw = 1 + Math.trunc(this.chance() * 400_000);
    return `${String(Math.trunc(raw / 100_000))}.${String(raw % 100_000).padStart(5, '0')}`;
  }

  private chance(): number {
    this.state = (Math.imul(this.state, 1_664_525) + 1_013_904_223) >>> 0;
    return this.state / 2 ** 32;
  }
}
