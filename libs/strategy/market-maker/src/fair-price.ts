import { type Book, type TimeNs, toApproximateNumber } from '@argosy/domain';

/** Half-lives in seconds: how fast the basis and the volatility forget. */
const BASIS_HALF_LIFE_S = 30;
const VOLATILITY_HALF_LIFE_S = 20;
/** One step of the volatility estimate spans at least this, so that bursts of books are not many steps. */
const STEP_S = 0.1;
const NS_PER_SECOND = 1e9;

const decay = (seconds: number, halfLife: number): number => 0.5 ** (seconds / halfLife);

export function midOf(book: Book): number | undefined {
  const bid = book.bids[0];
  const ask = book.asks[0];
  if (!book.valid || bid === undefined || ask === undefined) return undefined;
  return (toApproximateNumber(bid.price) + toApproximateNumber(ask.price)) / 2;
}

/**
 * Where the price really is: the mid of the reference venue, which leads, plus the slow difference between the two venues.
 * Statistics in floating point; what becomes an order is rounded to a legal price afterwards.
 */
export class FairPrice {
  private reference: number | undefined;
  private traded: number | undefined;
  private basis: number | undefined;
  private basisAt: TimeNs | undefined;
  private lastStep: { readonly price: number; readonly at: TimeNs } | undefined;
  private variancePerSecond = 0;

  sawReference(mid: number | undefined, at: TimeNs): void {
    this.reference = mid;
    this.learn(at);
  }

  sawTraded(mid: number | undefined, at: TimeNs): void {
    this.traded = mid;
    this.learn(at);
  }

  /** Undefined while either venue is not to be trusted. */
  get price(): number | undefined {
    if (this.reference === undefined || this.traded === undefined || this.basis === undefined) return undefined;
    return this.reference * (1 + this.basis);
  }

  /** Standard deviation of one second's return. */
  get volatility(): number {
    return Math.sqrt(this.variancePerSecond);
  }

  private learn(at: TimeNs): void {
    if (this.reference === undefined || this.traded === undefined) return;
    const now = this.traded / this.reference - 1;
    const seconds = this.basisAt === undefined ? 0 : Number(at - this.basisAt) / NS_PER_SECOND;
    const keep = decay(Math.max(seconds, 0), BASIS_HALF_LIFE_S);
    this.basis = this.basis === undefined ? now : keep * this.basis + (1 - keep) * now;
    this.basisAt = at;
    this.step(at);
  }

  private step(at: TimeNs): void {
    const price = this.price;
    if (price === undefined) return;
    if (this.lastStep === undefined) {
      this.lastStep = { price, at };
      return;
    }
    const seconds = Number(at - this.lastStep.at) / NS_PER_SECOND;
    if (seconds < STEP_S) return;
    const change = Math.log(price / this.lastStep.price);
    const keep = decay(seconds, VOLATILITY_HALF_LIFE_S);
    this.variancePerSecond = keep * this.variancePerSecond + (1 - keep) * ((change * change) / seconds);
    this.lastStep = { price, at };
  }
}
