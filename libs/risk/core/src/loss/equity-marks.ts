import { type Amount, msToNs, type TimeNs } from '@argosy/domain';

export const DAY_NS = 86_400n * 1_000_000_000n;
export const HOUR_NS = 3_600n * 1_000_000_000n;
/** Points of the last hour are kept one a bucket, the highest of it: never less than was there. */
const BUCKET_NS = 30n * 1_000_000_000n;

/** An account's equity at one moment of the venue's time. */
export interface EquityPoint {
  readonly at: TimeNs;
  /** With unrealised profit. */
  readonly equity: Amount;
  /** Without what was ever paid in or taken out: moves with profit and loss alone. */
  readonly net: Amount;
}

/**
 * What is remembered of an account's equity: enough for the loss of the hour, of the day and from the highest, and for the
 * value at risk. Points may come in any order and more than once; the marks are those of the set of them (I-31).
 */
export interface EquityMarks {
  readonly dayStart: TimeNs;
  /** The last point before `dayStart`; none while the account was first seen today. */
  readonly before: EquityPoint | undefined;
  /** The first point of the day. */
  readonly first: EquityPoint;
  readonly peak: EquityPoint;
  readonly last: EquityPoint;
  /** Rising in time: the last hour and one point before it. */
  readonly hour: readonly EquityPoint[];
  /** One an interval, the first of it, rising in time: for the value at risk. */
  readonly samples: readonly EquityPoint[];
  /** A person began anew here: what lies before is not looked at again. */
  readonly since: TimeNs;
}

export interface MarksSettings {
  /** Between two samples for the value at risk, ms. */
  readonly sampleIntervalMs: number;
  /** Samples kept; the oldest leave. */
  readonly samplesMax: number;
}

const dayOf = (at: TimeNs): TimeNs => (at - (at % DAY_NS)) as TimeNs;
const bucketOf = ({ at }: EquityPoint, size: bigint): bigint => at / size;

/** Whether `a` is the later word; of two at the same moment the lower one, since losses are looked for. */
const isLater = (a: EquityPoint, b: EquityPoint): boolean => a.at > b.at || (a.at === b.at && isLower(a, b));
const isEarlier = (a: EquityPoint, b: EquityPoint): boolean => a.at < b.at || (a.at === b.at && isLower(b, a));
const isLower = (a: EquityPoint, b: EquityPoint): boolean => a.net < b.net || (a.net === b.net && a.equity < b.equity);
/** Of two equal ones the earlier, so that the order in which they come says nothing. */
const isHigher = (a: EquityPoint, b: EquityPoint): boolean =>
  a.net > b.net || (a.net === b.net && (a.at < b.at || (a.at === b.at && a.equity > b.equity)));

const later = (a: EquityPoint | undefined, b: EquityPoint): EquityPoint => (a === undefined || isLater(b, a) ? b : a);
const higher = (a: EquityPoint, b: EquityPoint): EquityPoint => (isHigher(b, a) ? b : a);

/** Everything begins with one point: nothing was lost before it. */
export const beginMarks = (point: EquityPoint, since = 0n as TimeNs): EquityMarks => ({
  dayStart: dayOf(point.at),
  before: undefined,
  first: point,
  peak: point,
  last: point,
  hour: [point],
  samples: [point],
  since,
});

/** The marks with one more point. */
export function observeEquity(
  marks: EquityMarks | undefined,
  point: EquityPoint,
  settings: MarksSettings,
): EquityMarks {
  if (marks === undefined) return beginMarks(point);
  if (point.at < marks.since) return marks;
  const last = later(marks.last, point);
  return {
    ...dayWith(marks, point),
    peak: higher(marks.peak, point),
    last,
    hour: hourWith(marks.hour, point, last),
    samples: samplesWith(marks.samples, point, settings),
    since: marks.since,
  };
}

function dayWith(marks: EquityMarks, point: EquityPoint): Pick<EquityMarks, 'dayStart' | 'before' | 'first'> {
  const day = dayOf(point.at);
  const { dayStart, before, first } = marks;
  if (day > dayStart) return { dayStart: day, before: marks.last, first: point };
  if (day === dayStart) return { dayStart, before, first: isEarlier(point, first) ? point : first };
  return { dayStart, before: later(before, point), first };
}

function hourWith(hour: readonly EquityPoint[], point: EquityPoint, last: EquityPoint): readonly EquityPoint[] {
  const bucket = bucketOf(point, BUCKET_NS);
  const rival = hour.find((held) => bucketOf(held, BUCKET_NS) === bucket);
  if (rival !== undefined && !isHigher(point, rival)) return trimmed(hour, last);
  const others = rival === undefined ? hour : hour.filter((held) => held !== rival);
  return trimmed(insert(others, point), last);
}

function trimmed(sorted: readonly EquityPoint[], last: EquityPoint): readonly EquityPoint[] {
  // By whole buckets, so that what is dropped does not depend on when it came.
  const edge = (last.at - HOUR_NS) / BUCKET_NS;
  const cut = sorted.findLastIndex((held) => bucketOf(held, BUCKET_NS) < edge);
  return cut <= 0 ? sorted : sorted.slice(cut);
}

function samplesWith(
  samples: readonly EquityPoint[],
  point: EquityPoint,
  { sampleIntervalMs, samplesMax }: MarksSettings,
): readonly EquityPoint[] {
  const size = msToNs(sampleIntervalMs);
  const bucket = bucketOf(point, size);
  const rival = samples.find((held) => bucketOf(held, size) === bucket);
  if (rival !== undefined && !isEarlier(point, rival)) return samples;
  const sorted = insert(
    samples.filter((held) => held !== rival),
    point,
  );
  return sorted.slice(Math.max(0, sorted.length - samplesMax));
}

function insert(points: readonly EquityPoint[], point: EquityPoint): readonly EquityPoint[] {
  const place = points.findLastIndex((held) => held.at <= point.at) + 1;
  return [...points.slice(0, place), point, ...points.slice(place)];
}

/**
 * AUM: the equity at 00:00 UTC. Where nobody looked at that very moment it is the higher of its two neighbours, so that a gap
 * over midnight hides no loss.
 */
export function midnight({ dayStart, before, first }: EquityMarks): EquityPoint {
  return before === undefined || first.at === dayStart ? first : higher(before, first);
}

/** The equity an hour before the last point: again the higher neighbour, or the oldest known. */
export function hourAgo({ hour, last }: EquityMarks): EquityPoint {
  const edge = (last.at - HOUR_NS) / BUCKET_NS;
  const after = hour.find((held) => bucketOf(held, BUCKET_NS) >= edge) ?? last;
  const before = hour.findLast((held) => bucketOf(held, BUCKET_NS) < edge);
  return before === undefined || bucketOf(after, BUCKET_NS) === edge ? after : higher(before, after);
}
