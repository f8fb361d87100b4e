import type { TimeNs } from '@argosy/domain';

const NS_PER_MS = 1e6;
const VOLATILITY_HALF_LIFE_MS = 20_000;
/** One step of the volatility estimate spans at least this, so that bursts of books are not many steps. */
const STEP_MS = 100;
/** A hole in the data longer than this makes the averages a mixture of two markets: they start over. */
const HOLE_MS = 10_000;

const decay = (milliseconds: number, halfLifeMs: number): number => 0.5 ** (milliseconds / halfLifeMs);

interface HalfLives {
  readonly fastHalfLifeMs: number;
  readonly slowHalfLifeMs: number;
}

/** Two averages of the reference mid and the volatility around them. Statistics, in floating point. */
export class Trend {
  private fast = 0;
  private slow = 0;
  private startedAt: TimeNs | undefined;
  private seenAt = 0n as TimeNs;
  private stepPrice = 0;
  private stepAt = 0n as TimeNs;
  private variancePerSecond = 0;

  constructor(private halfLives: HalfLives) {}

  reconfigure(halfLives: HalfLives): void {
    this.halfLives = halfLives;
  }

  forget(): void {
    this.startedAt = undefined;
  }

  saw(mid: number, at: TimeNs): void {
    const elapsedMs = Number(at - this.seenAt) / NS_PER_MS;
    if (this.startedAt === undefined || elapsedMs > HOLE_MS) return this.begin(mid, at);
    if (elapsedMs < 0) return;
    const { fastHalfLifeMs, slowHalfLifeMs } = this.halfLives;
    const [keepFast, keepSlow] = [decay(elapsedMs, fastHalfLifeMs), decay(elapsedMs, slowHalfLifeMs)];
    this.fast = keepFast * this.fast + (1 - keepFast) * mid;
    this.slow = keepSlow * this.slow + (1 - keepSlow) * mid;
    this.seenAt = at;
    this.step(mid, at);
  }

  private begin(mid: number, at: TimeNs): void {
    [this.fast, this.slow, this.stepPrice] = [mid, mid, mid];
    [this.startedAt, this.seenAt, this.stepAt] = [at, at, at];
  }

  private step(mid: number, at: TimeNs): void {
    const elapsedMs = Number(at - this.stepAt) / NS_PER_MS;
    if (elapsedMs < STEP_MS) return;
    const change = Math.log(mid / this.stepPrice);
    const keep = decay(elapsedMs, VOLATILITY_HALF_LIFE_MS);
    this.variancePerSecond = keep * this.variancePerSecond + ((1 - keep) * (change * change)) / (elapsedMs / 1_000);
    [this.stepPrice, this.stepAt] = [mid, at];
  }

  /** Standard deviation of one second's return, basis points. */
  get volatilityBps(): number {
    return Math.sqrt(this.variancePerSecond) * 10_000;
  }

  /** How far the fast average is beyond the slow one, basis points; undefined until the slow one has seen enough. */
  get strengthBps(): number | undefined {
    if (this.startedAt === undefined || this.slow <= 0) return undefined;
    const seenMs = Number(this.seenAt - this.startedAt) / NS_PER_MS;
    return seenMs < this.halfLives.slowHalfLifeMs ? undefined : (this.fast / this.slow - 1) * 10_000;
  }
}
