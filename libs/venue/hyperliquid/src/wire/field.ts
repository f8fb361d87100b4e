import type { Amount, Price, Quantity, Side, TimeNs } from '@argosy/domain';
import { parseWireDecimal, parseWireStatistic } from './decimal.js';

/**
 * A message of the venue that does not mean what it should. It never leaves this adapter: each door catches it and
 * turns it into that door's own outcome (a dropped frame with a feed state, a quarantine, a Fault).
 */
export class WireError extends Error {
  override readonly name = 'WireError';
}

export type WireRecord = Readonly<Record<string, unknown>>;

/** 2020-01-01 and 2100-01-01: outside, a time is in other units or nonsense. */
const TIME_MS_MIN = 1_577_836_800_000;
const TIME_MS_MAX = 4_102_444_800_000;
const HEX_CLOID = /^0x[0-9a-fA-F]{32}$/;
const SHOWN_CHARACTERS = 60;

/**
 * A value as part of a message: short, and only the kind of anything nested, since turning a hostile value into text can
 * itself fail (depth, an own `toString`).
 */
export function shown(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${String(value.length)}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  const text = typeof value === 'string' ? `'${value.slice(0, SHOWN_CHARACTERS + 1)}'` : String(value);
  return text.length <= SHOWN_CHARACTERS ? text : `${text.slice(0, SHOWN_CHARACTERS)}…`;
}

const bad = (name: string, due: string, value: unknown): WireError =>
  new WireError(`${name} is not ${due}: ${shown(value)}`);

/** @throws WireError for text that is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new WireError(`not JSON: ${shown(text)}`);
  }
}

export function record(value: unknown, name: string): WireRecord {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw bad(name, 'an object', value);
  return value as WireRecord;
}

export function list(value: unknown, name: string, countMax: number): readonly unknown[] {
  if (!Array.isArray(value)) throw bad(name, 'a list', value);
  if (value.length > countMax)
    throw new WireError(`${name} has ${String(value.length)} entries, over ${String(countMax)}`);
  return value;
}

export function text(value: unknown, name: string): string {
  if (typeof value !== 'string') throw bad(name, 'text', value);
  return value;
}

/** Ids and counts: JSON numbers past 2^53 have already lost digits, so they are refused rather than confused. */
export function whole(value: unknown, name: string): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0)
    throw bad(name, 'a whole number below 2^53', value);
  return value;
}

export function flag(value: unknown, name: string): boolean {
  if (typeof value !== 'boolean') throw bad(name, 'true or false', value);
  return value;
}

export function timeMs(value: unknown, name: string): number {
  const ms = whole(value, name);
  if (ms < TIME_MS_MIN || ms > TIME_MS_MAX) throw bad(name, 'a time in milliseconds', value);
  return ms;
}

export const timeNsOf = (milliseconds: number): TimeNs => (BigInt(milliseconds) * 1_000_000n) as TimeNs;
export const time = (value: unknown, name: string): TimeNs => timeNsOf(timeMs(value, name));

function decimal(value: unknown, name: string, decimals: number): bigint {
  const parsed = typeof value === 'string' ? parseWireDecimal(value, decimals) : undefined;
  if (parsed === undefined) throw bad(name, `decimal text with at most ${String(decimals)} places`, value);
  return parsed;
}

const SCALE_DECIMALS = 12;

export function price(value: unknown, name: string, decimals = SCALE_DECIMALS): Price {
  const parsed = decimal(value, name, decimals);
  if (parsed <= 0n) throw bad(name, 'a positive price', value);
  return parsed as Price;
}

export function quantity(value: unknown, name: string, decimals = SCALE_DECIMALS): Quantity {
  const parsed = decimal(value, name, decimals);
  if (parsed < 0n) throw bad(name, 'a size of zero or more', value);
  return parsed as Quantity;
}

export function positiveQuantity(value: unknown, name: string, decimals = SCALE_DECIMALS): Quantity {
  const parsed = quantity(value, name, decimals);
  if (parsed === 0n) throw bad(name, 'a positive size', value);
  return parsed;
}

export const amount = (value: unknown, name: string): Amount => decimal(value, name, SCALE_DECIMALS) as Amount;

/** Volumes and other sums the venue keeps as floats: digits past our scale are noise and are cut off. */
export function statistic(value: unknown, name: string): bigint {
  const parsed = typeof value === 'string' ? parseWireStatistic(value) : undefined;
  if (parsed === undefined || parsed < 0n) throw bad(name, 'decimal text of zero or more', value);
  return parsed;
}

export function side(value: unknown, name: string): Side {
  if (value === 'B') return 'buy';
  if (value === 'A') return 'sell';
  throw bad(name, `'B' or 'A'`, value);
}

/** The 32 hex digits of a client order id; undefined where the order has none. */
export function cloid(value: unknown, name: string): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string' || !HEX_CLOID.test(value)) throw bad(name, '0x and 32 hex digits', value);
  return value.slice(2).toLowerCase();
}
