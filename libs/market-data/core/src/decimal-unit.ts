import type { Decimal } from '@argosy/domain';

/** Largest count that is exact in a double; beyond it two neighbouring prices would become one. */
export const COUNT_MAX = Number.MAX_SAFE_INTEGER;
/** What `toCount` answers for text that is not an exact multiple of the unit: no price and no size is ever negative. */
export const NOT_A_COUNT = -1;

/** Venues send at most 20 digits and a point; longer text is hostile. */
const TEXT_LENGTH_MAX = 40;
const DOMAIN_SCALE = 12;
const ZERO = 48;
const NINE = 57;
const POINT = 46;

/**
 * Decimal text as an integer count of one step (a tick or a lot), and back.
 *
 * Books on the hot path hold counts in typed arrays; this is the only door between them and money. It is exact or it
 * refuses: text that is finer than the step, signed, exponential, or over 2^53 steps is `NOT_A_COUNT`.
 */
export class DecimalUnit<T extends Decimal> {
  /** The step is `#mantissa` × 10^-`#places`. */
  readonly #mantissa: number;
  readonly #places: number;

  /** @throws RangeError unless `step` is positive and fits 2^53 counts of its own last place. */
  constructor(readonly step: T) {
    if (step <= 0n) throw new RangeError(`a step must be positive, was ${String(step)}`);
    let mantissa: bigint = step;
    let places = DOMAIN_SCALE;
    while (places > 0 && mantissa % 10n === 0n) {
      mantissa /= 10n;
      places -= 1;
    }
    if (mantissa > BigInt(COUNT_MAX)) throw new RangeError(`a step of ${String(step)}e-12 is too large to count by`);
    this.#mantissa = Number(mantissa);
    this.#places = places;
  }

  /** Steps in plain decimal text such as `61837.63000000`, or `NOT_A_COUNT`. */
  toCount(text: string): number {
    const length = text.length;
    if (length === 0 || length > TEXT_LENGTH_MAX) return NOT_A_COUNT;
    let count = 0;
    let index = 0;
    for (; index < length; index += 1) {
      const code = text.charCodeAt(index);
      if (code === POINT) break;
      if (code < ZERO || code > NINE) return NOT_A_COUNT;
      count = count * 10 + (code - ZERO);
    }
    if (index === 0 || index === length - 1) return NOT_A_COUNT;
    count = this.#fraction(text, index + 1, count);
    // Checked once at the end: past 2^53 a double only loses low digits, it never comes back below.
    if (count < 0 || count > COUNT_MAX) return NOT_A_COUNT;
    if (this.#mantissa === 1) return count;
    return count % this.#mantissa === 0 ? count / this.#mantissa : NOT_A_COUNT;
  }

  #fraction(text: string, from: number, whole: number): number {
    let count = whole;
    let places = 0;
    for (let index = from; index < text.length; index += 1) {
      const code = text.charCodeAt(index);
      if (code < ZERO || code > NINE) return NOT_A_COUNT;
      if (places < this.#places) {
        count = count * 10 + (code - ZERO);
        places += 1;
      } else if (code !== ZERO) return NOT_A_COUNT;
    }
    for (; places < this.#places; places += 1) count *= 10;
    return count;
  }

  /** The exact decimal of a count made by `toCount`. */
  toDecimal(count: number): T {
    return (BigInt(count) * (this.step as bigint)) as T;
  }
}
