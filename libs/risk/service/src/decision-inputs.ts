import { format, type OrderIntent } from '@argosy/domain';
import type { RiskView } from '@argosy/risk-core';

/** Decimals as text and maps as lists: what was judged, in one canonical line, so that the decision can be taken again. */
export function inputsText(intent: OrderIntent, view: RiskView): string {
  const { limits: _limits, ...seen } = view;
  return JSON.stringify({ intent, view: seen }, (_key, value: unknown) => {
    if (typeof value === 'bigint') return decimal(value);
    if (value instanceof Map) return [...(value as Map<unknown, unknown>)];
    return value;
  });
}

const decimal = (value: bigint): string => format(value as Parameters<typeof format>[0]);
