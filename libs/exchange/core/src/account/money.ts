/**
 * Money at the venue: USDC in whole micro-units (6 decimals) as bigint. A base tick times a lot is exactly one
 * micro-unit (10^-(6-szDecimals) × 10^-szDecimals), so trades never round. The three things that do are here, each
 * against the account, and what they leave stays with the exchange, so that money is conserved to the last unit.
 */
import { ONE } from '@argosy/domain';

export const USD_DECIMALS = 6;
const ZERO_DIGIT = 48;

export function floorDivide(numerator: bigint, denominator: bigint): bigint {
  const quotient = numerator / denominator;
  return numerator % denominator !== 0n && numerator < 0n !== denominator < 0n ? quotient - 1n : quotient;
}
export const ceilDivide = (numerator: bigint, denominator: bigint): bigint => -floorDivide(-numerator, denominator);

/** Ticks × lots, exact. */
export const notionalOf = (ticks: number, lots: number): bigint => BigInt(ticks) * BigInt(lots);

/** A fee is rounded up to the next micro-unit; so is a rebate, towards zero. `rate` at the domain's scale. */
export const feeOf = (notional: bigint, rate: bigint): bigint => ceilDivide(notional * rate, ONE);

/** What an account receives (negative: pays), rounded down. `value` is its signed position at the oracle price. */
export const fundingOf = (value: bigint, rate: bigint): bigint => floorDivide(-value * rate, ONE);

/** The share of an entry cost that `part` of `whole` lots carries, towards zero; the remainder stays with the position. */
export const costShare = (cost: bigint, part: number, whole: number): bigint => (cost * BigInt(part)) / BigInt(whole);

/** An integer count of 10^-decimals as the venue prints it: no exponent, at least one place. */
export function fixedText(value: bigint | number, decimals: number): string {
  const text = String(value);
  const sign = text.startsWith('-') ? '-' : '';
  const digits = text.slice(sign.length).padStart(decimals + 1, '0');
  const point = digits.length - decimals;
  let end = digits.length;
  while (end > point && digits.charCodeAt(end - 1) === ZERO_DIGIT) end -= 1;
  return `${sign}${digits.slice(0, point)}.${end === point ? '0' : digits.slice(point, end)}`;
}

export const usdText = (micro: bigint): string => fixedText(micro, USD_DECIMALS);

/** Undefined unless it is plain decimal text with at most `decimals` places (trailing zeros do not count). */
export function parseFixed(text: string, decimals: number): bigint | undefined {
  const match = /^(\d{1,20})(?:\.(\d{1,20}))?$/.exec(text);
  if (match === null) return undefined;
  const fraction = (match[2] ?? '').replace(/0+$/, '');
  return fraction.length > decimals ? undefined : BigInt(match[1]! + fraction.padEnd(decimals, '0'));
}
