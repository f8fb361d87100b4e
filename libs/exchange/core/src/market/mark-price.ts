/** The venue smooths the basis (mid − oracle) over this time constant. */
const BASIS_TAU_MS = 150_000;
/** The smoothed basis is kept in millionths of a tick. */
const BASIS_SCALE = 1_000_000n;

export const median3 = (a: number, b: number, c: number): number =>
  Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));

/**
 * The venue's mark price, in base ticks: the median of the oracle price plus the smoothed basis, the median of best
 * bid, best ask and last trade, and other venues' perpetuals where known. Integer arithmetic, so that a replay agrees.
 */
export class MarkPrice {
  constructor(
    public basis = 0n,
    public updatedMs = 0,
  ) {}

  update(input: {
    nowMs: number;
    oracle: number;
    bid?: number;
    ask?: number;
    last?: number;
    external?: number;
  }): number {
    const { nowMs, oracle, bid, ask } = input;
    if (bid === undefined || ask === undefined) return Math.max(1, oracle + this.ticks());
    const sample = (BigInt(bid + ask - 2 * oracle) * BASIS_SCALE) / 2n;
    const elapsed = BigInt(Math.max(0, Math.min(nowMs - this.updatedMs, BASIS_TAU_MS)));
    this.basis =
      this.updatedMs === 0 ? sample : this.basis + ((sample - this.basis) * elapsed) / (elapsed + BigInt(BASIS_TAU_MS));
    this.updatedMs = nowMs;
    const smooth = oracle + this.ticks();
    const book = median3(bid, ask, input.last ?? Math.floor((bid + ask) / 2));
    return Math.max(1, median3(smooth, book, input.external ?? smooth));
  }

  private ticks(): number {
    return Number(this.basis / BASIS_SCALE);
  }
}
