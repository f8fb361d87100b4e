import { type Amount, parseAmount, parsePrice, type Price, type TimeNs, msToNs } from '@argosy/domain';

/** What a JSON text holds, before anything is believed of it. */
export type JsonRecord = Readonly<Record<string, unknown>>;

export const isRecord = (value: unknown): value is JsonRecord =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The parsed text, or undefined when it is no JSON (cut short, HTML, invalid UTF-8). */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** An id that is exact in a double and not negative, or undefined. */
export const readId = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;

/** Binance opened in 2017; before it or after 2100 a number is not ms since 1970 (µs are a thousand times too large). */
const VENUE_MS_MIN = 1_483_228_800_000;
const VENUE_MS_MAX = 4_102_444_800_000;

/** Ms since 1970, or undefined for text, µs, s and fractions. */
export function readVenueMs(value: unknown): number | undefined {
  const ms = readId(value);
  return ms !== undefined && ms >= VENUE_MS_MIN && ms <= VENUE_MS_MAX ? ms : undefined;
}
export const venueTime = (ms: number): TimeNs => msToNs(ms);

const POSITIVE = /^\d{1,20}(?:\.\d{1,12})?$/;
const SIGNED = /^-?\d{1,20}(?:\.\d{1,12})?$/;

/** A price above zero, or undefined. */
export function readPrice(value: unknown): Price | undefined {
  if (typeof value !== 'string' || !POSITIVE.test(value)) return undefined;
  const price = parsePrice(value);
  return price > 0n ? price : undefined;
}
/** A signed decimal such as a funding rate, or undefined. */
export const readAmount = (value: unknown): Amount | undefined =>
  typeof value === 'string' && SIGNED.test(value) ? parseAmount(value) : undefined;
