import { type OrderIntent, SCALE } from '@argosy/domain';
import type { RiskView } from '@argosy/risk-core';

/** Decimals as text and maps as lists: what was judged, in one canonical line, so that the decision can be taken again. */
export function inputsText(intent: OrderIntent, view: RiskView): string {
  const { limits: _limits, ...seen } = view;
  // Made plain first, because JSON with a function for every value takes several times as long.
  return JSON.stringify({ intent: plain(intent), view: plain(seen) });
}

function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return decimal(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Map) return [...(value as Map<unknown, unknown>)].map(plain);
  const copy: Record<string, unknown> = {};
  for (const [name, part] of Object.entries(value)) {
    // Moments are whole nanoseconds, everything else that is a bigint is a decimal of our one scale.
    copy[name] = typeof part === 'bigint' && name.endsWith('At') ? part.toString() : plain(part);
  }
  return copy;
}

/** As `format` of the domain, but by text alone: this runs for every number of every decision. */
function decimal(value: bigint): string {
  const digits = (value < 0n ? -value : value).toString().padStart(SCALE + 1, '0');
  let end = digits.length;
  const point = end - SCALE;
  while (end > point && digits.charCodeAt(end - 1) === ZERO) end -= 1;
  const magnitude = end === point ? digits.slice(0, point) : `${digits.slice(0, point)}.${digits.slice(point, end)}`;
  return value < 0n ? `-${magnitude}` : magnitude;
}

const ZERO = 48;
