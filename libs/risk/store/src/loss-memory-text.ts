import { type Amount, InvariantViolation, timeNs } from '@argosy/domain';
import type { EquityMarks, EquityPoint, LossStop } from '@argosy/risk-core';

/** Whole numbers as text: JSON numbers would lose their last digits. */
type PointText = readonly [at: string, equity: string, net: string];

const pointText = ({ at, equity, net }: EquityPoint): PointText => [String(at), String(equity), String(net)];

function pointOf(value: unknown): EquityPoint {
  const parts: readonly unknown[] = Array.isArray(value) ? value : [];
  const [at, equity, net] = parts.map((part) => (typeof part === 'string' ? BigInt(part) : undefined));
  if (at === undefined || equity === undefined || net === undefined) {
    throw new InvariantViolation('the risk store holds an equity point that is none');
  }
  return { at: timeNs(at), equity: equity as Amount, net: net as Amount };
}

/** The few points that change often. */
export const marksText = ({ dayStart, before, first, peak, last, since }: EquityMarks): string =>
  JSON.stringify({
    dayStart: String(dayStart),
    before: before === undefined ? null : pointText(before),
    first: pointText(first),
    peak: pointText(peak),
    last: pointText(last),
    since: String(since),
  });

/** The many points that change seldom. */
export const historyText = ({ hour, samples }: EquityMarks): string =>
  JSON.stringify({ hour: hour.map(pointText), samples: samples.map(pointText) });

/** From what the database parsed. @throws InvariantViolation for anything that `marksText` did not write. */
export function marksFrom(marks: unknown, history: unknown): EquityMarks {
  const few = marks as Record<string, unknown>;
  const many = history as { readonly hour: readonly unknown[]; readonly samples: readonly unknown[] };
  return {
    dayStart: timeNs(BigInt(String(few['dayStart']))),
    before: few['before'] === null ? undefined : pointOf(few['before']),
    first: pointOf(few['first']),
    peak: pointOf(few['peak']),
    last: pointOf(few['last']),
    since: timeNs(BigInt(String(few['since']))),
    hour: many.hour.map(pointOf),
    samples: many.samples.map(pointOf),
  };
}

export const stopText = (stop: LossStop | undefined): string | null =>
  stop === undefined ? null : JSON.stringify({ ...stop, at: String(stop.at) });

export function stopFrom(value: unknown): LossStop | undefined {
  if (value === null || value === undefined) return undefined;
  const { mode, kind, reason, at } = value as Record<string, unknown>;
  if (mode !== 'reduce_only' && mode !== 'cancel_only') {
    throw new InvariantViolation(`the risk store holds a loss stop of mode ${String(mode)}`);
  }
  return { mode, kind: String(kind), reason: String(reason), at: timeNs(BigInt(String(at))) };
}
