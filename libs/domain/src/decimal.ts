/**
 * Fixed-point numbers at one scale for the whole fleet.
 *
 * Prices, quantities and amounts are integer counts of 1e-12, so no caller asks "at which precision?" and no venue can
 * overflow us. The only ways in are text (`parse*`) and packed columns (`fromMantissa`): a float never enters.
 */
export const SCALE = 12;
/** One whole unit, as a raw count. */
export const ONE = 10n ** BigInt(SCALE);
const ZERO_DIGIT = 48;
const DECIMAL = /^(-?)(\d{1,20})(?:\.(\d{1,12}))?$/;

declare const brand: unique symbol;
export type Branded<Base, Name extends string> = Base & { readonly [brand]: Name };

/** Quote currency per one unit of base. */
export type Price = Branded<bigint, 'Price'>;
/** A size in base units, never negative; direction lives in `Side`. */
export type Quantity = Branded<bigint, 'Quantity'>;
/** Money or a signed holding, in units of its own asset. */
export type Amount = Branded<bigint, 'Amount'>;
export type Decimal = Price | Quantity | Amount;

/** In magnitude: `down` is towards zero, `up` is away from it. */
export type Rounding = 'down' | 'up';

export class DecimalFormatError extends Error {
  override readonly name = 'DecimalFormatError';
  constructor(readonly text: string) {
    super(`not a decimal with at most 20 digits and ${String(SCALE)} places: '${text.slice(0, 64)}'`);
  }
}

function parse(text: string): bigint {
  return parseShort(text) ?? parseAny(text);
}

/** Digits that a double holds exactly. */
const SHORT_DIGITS_MAX = 15;
const POINT = 46;
const MINUS = 45;
const NINE_DIGIT = 57;
/** Up to twice the scale: what an exponent of a listing may add to it. A power made anew costs more than the product. */
const POWERS = Array.from({ length: 2 * SCALE + 1 }, (_, power) => 10n ** BigInt(power));
const powerOf = (power: number): bigint => POWERS[power] ?? 10n ** BigInt(power);

/** Short plain text, which almost every price and size is, without a regular expression. Undefined: let `parseAny` judge. */
function parseShort(text: string): bigint | undefined {
  const { length } = text;
  const first = text.charCodeAt(0) === MINUS ? 1 : 0;
  if (length === first || length > SHORT_DIGITS_MAX) return undefined;
  let digits = 0;
  let point = -1;
  for (let at = first; at < length; at += 1) {
    const code = text.charCodeAt(at);
    if (code >= ZERO_DIGIT && code <= NINE_DIGIT) digits = digits * 10 + (code - ZERO_DIGIT);
    else if (code === POINT && point === -1 && at > first) point = at;
    else return undefined;
  }
  const places = point === -1 ? 0 : length - point - 1;
  const scale = POWERS[SCALE - places];
  if (scale === undefined || point === length - 1) return undefined;
  return BigInt(first === 1 ? -digits : digits) * scale;
}

function parseAny(text: string): bigint {
  const match = DECIMAL.exec(text);
  if (match === null) throw new DecimalFormatError(text);
  const [, sign, whole = '', fraction = ''] = match;
  const magnitude = BigInt(whole + fraction.padEnd(SCALE, '0'));
  return sign === '-' ? -magnitude : magnitude;
}

/** @throws DecimalFormatError unless `text` is plain decimal text (no exponent, at most 12 places). */
export const parsePrice = (text: string): Price => parse(text) as Price;
/** @throws DecimalFormatError as `parsePrice`. */
export const parseAmount = (text: string): Amount => parse(text) as Amount;
/** @throws DecimalFormatError as `parsePrice`, and for a negative size: that is always a sign bug upstream. */
export function parseQuantity(text: string): Quantity {
  const raw = parse(text);
  if (raw < 0n) throw new DecimalFormatError(text);
  return raw as Quantity;
}

/**
 * `mantissa` × 10^`exponent`, exact or refused: a value finer than our scale is a listing nobody has looked at yet.
 * @throws DecimalFormatError when `exponent` is below -12.
 */
export function fromMantissa<T extends Decimal>(mantissa: bigint, exponent: number): T {
  const shift = SCALE + exponent;
  if (shift < 0) throw new DecimalFormatError(`${String(mantissa)}e${String(exponent)}`);
  return (mantissa * powerOf(shift)) as T;
}

/**
 * The integer count of 10^`exponent` in `value`, for packed wire columns.
 * @throws DecimalFormatError when the value is finer than the exponent.
 */
export function toMantissa(value: Decimal, exponent: number): bigint {
  const unit = powerOf(SCALE + exponent);
  if (value % unit !== 0n) throw new DecimalFormatError(`${format(value)} at 1e${String(exponent)}`);
  return value / unit;
}

/** Canonical text: no exponent, no trailing zeros, "-0" never. */
export function format(value: Decimal): string {
  const sign = value < 0n ? '-' : '';
  const digits = (value < 0n ? -value : value).toString().padStart(SCALE + 1, '0');
  const point = digits.length - SCALE;
  let end = digits.length;
  while (end > point && digits.charCodeAt(end - 1) === ZERO_DIGIT) end -= 1;
  return end === point ? sign + digits.slice(0, point) : `${sign}${digits.slice(0, point)}.${digits.slice(point, end)}`;
}

/** Same-unit addition keeps the unit: the brand makes `add(price, quantity)` a compile error. */
export const add = <T extends Decimal>(a: T, b: NoInfer<T>): T => ((a as bigint) + b) as T;
export const sub = <T extends Decimal>(a: T, b: NoInfer<T>): T => ((a as bigint) - b) as T;
export const negate = (a: Amount): Amount => -a as Amount;
export const absolute = (a: Amount): Amount => (a < 0n ? -a : a) as Amount;
export const min = <T extends Decimal>(a: T, b: NoInfer<T>): T => (a < b ? a : b);
export const max = <T extends Decimal>(a: T, b: NoInfer<T>): T => (a > b ? a : b);

export const ZERO_PRICE = 0n as Price;
export const ZERO_QUANTITY = 0n as Quantity;
export const ZERO_AMOUNT = 0n as Amount;

function divide(numerator: bigint, denominator: bigint, rounding: Rounding): bigint {
  const quotient = numerator / denominator;
  if (rounding === 'down' || numerator % denominator === 0n) return quotient;
  return numerator > 0n === denominator > 0n ? quotient + 1n : quotient - 1n;
}

/** Price × quantity. The caller names the rounding: a risk check rounds up, a payout rounds down. */
export function notional(price: Price, quantity: Quantity, rounding: Rounding): Amount {
  return divide(price * quantity, ONE, rounding) as Amount;
}

/** `value` × `factor` (both at our scale), e.g. an amount times a fee rate. */
export function multiply<T extends Decimal>(value: T, factor: Decimal, rounding: Rounding): T {
  return divide((value as bigint) * factor, ONE, rounding) as T;
}

/** `amount` ÷ `by`, at our scale; dividing by zero is our own bug and throws RangeError. */
export function ratio<T extends Decimal>(amount: Decimal, by: Decimal, rounding: Rounding): T {
  return divide((amount as bigint) * ONE, by, rounding) as T;
}

/** The nearest multiple of `step` towards zero (`down`) or away from it (`up`). `step` must be positive. */
export function roundTo<T extends Decimal>(value: T, step: NoInfer<T>, rounding: Rounding): T {
  return (divide(value, step, rounding) * step) as T;
}

/** For charts, statistics and log lines only: never feed the result back into money. */
export const toApproximateNumber = (value: Decimal): number => Number(value) / Number(ONE);

/** A float from a model or statistic into a price or size, truncated to `places`; not for money that moved. */
export function fromApproximateNumber<T extends Decimal>(value: number, places = 9): T {
  if (!Number.isFinite(value) || Math.abs(value) >= 2 ** 53 / 10 ** places) throw new DecimalFormatError(String(value));
  return (BigInt(Math.trunc(value * 10 ** places)) * 10n ** BigInt(SCALE - places)) as T;
}
