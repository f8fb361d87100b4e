import { type Price, type Quantity, SCALE, format } from '@argosy/domain';

const POWERS = Array.from({ length: SCALE + 1 }, (_, i) => 10n ** BigInt(i));
/** Digits a double still holds exactly: up to here no bigint is needed to read a number. */
const EXACT_DIGITS = 15;
const LIMIT = 10n ** 32n;
const ZERO = 48;
const NINE = 57;
const POINT = 46;
const MINUS = 45;

interface Scan {
  readonly negative: boolean;
  /** Without trailing zeros of the fraction. */
  readonly fractionDigits: number;
  readonly digits: string;
}

const PLAIN = /^(-?)(\d{1,20})(?:\.(\d{1,40}))?$/;

function scanLong(text: string): Scan | undefined {
  const match = PLAIN.exec(text);
  if (match === null) return undefined;
  const fraction = (match[3] ?? '').replace(/0+$/, '');
  return { negative: match[1] === '-', fractionDigits: fraction.length, digits: (match[2] as string) + fraction };
}

function parseLong(text: string, decimals: number): bigint | undefined {
  const scan = scanLong(text);
  if (scan === undefined || scan.fractionDigits > decimals) return undefined;
  const magnitude = BigInt(scan.digits) * (POWERS[SCALE - scan.fractionDigits] as bigint);
  return scan.negative ? -magnitude : magnitude;
}

/**
 * A book is eighty of these, so the common case (at most 15 digits) goes through a double that is still exact.
 * Undefined for anything but plain decimal text with at most `decimals` places, trailing zeros not counted.
 */
export function parseWireDecimal(text: string, decimals: number): bigint | undefined {
  const length = text.length;
  const negative = text.charCodeAt(0) === MINUS;
  const start = negative ? 1 : 0;
  // A sign and a point make at most two characters beside the digits.
  if (length - start > EXACT_DIGITS) return parseLong(text, decimals);
  let value = 0;
  let point = -1;
  for (let i = start; i < length; i += 1) {
    const code = text.charCodeAt(i);
    if (code >= ZERO && code <= NINE) value = value * 10 + (code - ZERO);
    else if (code === POINT && point < 0) point = i;
    else return undefined;
  }
  if (point < 0) return length > start ? scaled(value, 0, negative) : undefined;
  const fractionDigits = length - point - 1;
  if (point === start || fractionDigits === 0) return undefined;
  if (fractionDigits > decimals || fractionDigits > SCALE) return parseLong(text, decimals);
  return scaled(value, fractionDigits, negative);
}

function scaled(value: number, fractionDigits: number, negative: boolean): bigint {
  const magnitude = BigInt(value) * (POWERS[SCALE - fractionDigits] as bigint);
  return negative ? -magnitude : magnitude;
}

/** As `parseWireDecimal`, cutting off what lies beyond our scale. */
export function parseWireStatistic(text: string): bigint | undefined {
  const point = text.indexOf('.');
  return parseWireDecimal(point < 0 ? text : text.slice(0, point + 1 + SCALE), SCALE);
}

/**
 * The venue's text of a price or size: plain digits, no trailing zeros, as it hashes them.
 * @throws RangeError for zero, a negative, or more than 20 whole digits: no such order exists.
 */
export function wireDecimal(value: Price | Quantity): string {
  if (value <= 0n || value >= LIMIT) throw new RangeError(`not a price or size for the venue: ${format(value)}`);
  return format(value);
}
