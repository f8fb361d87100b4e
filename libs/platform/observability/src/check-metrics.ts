import type { MetricsRegistry } from './prom-metrics.js';
import { PRESCRIBED_METRICS, type PrescribedMetric } from './prescribed-metrics.js';

/** Labels whose values come from closed sets. An id of an order, a fill or a request never becomes one. */
export const METRIC_LABELS: ReadonlySet<string> = new Set([
  'account',
  'channel',
  'check',
  'code',
  'condition',
  'currency',
  'event',
  'feed',
  'from_state',
  'kind',
  'method',
  'outcome',
  'pattern',
  'phase',
  'route',
  'service',
  'side',
  'state',
  'status',
  'strategy',
  'stream',
  'symbol',
  'table',
  'to_state',
  'type',
  'validity',
  'venue',
]);

const OUR_NAME = /^argosy(_[a-z0-9]+){2,}$/;
const PROCESS_METRIC = /^(process|nodejs)_/;
const WRONG_UNIT = /_(ms|millis|milliseconds|micros|microseconds|us|ns|minutes|hours|percent|kb|mb|kilobytes)(_|$)/;
const HISTOGRAM_UNIT = /_(seconds|bytes|ratio|messages|rows|levels|orders)$/;

/** A metric as it is registered or shown. */
export interface DescribedMetric {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly labelNames: readonly string[];
}

function prescribedProblems(metric: DescribedMetric, prescribed: PrescribedMetric): string[] {
  const isSame = prescribed.kind === metric.type;
  return isSame ? [] : [`${metric.name} is a ${metric.type}, but the manuals need a ${prescribed.kind}`];
}

function ownNameProblems({ name, type }: DescribedMetric): string[] {
  const found: string[] = [];
  if (!OUR_NAME.test(name)) found.push(`${name} is not argosy_<service>_<thing>_<unit>`);
  if (WRONG_UNIT.test(name)) found.push(`${name} is not in a base unit (seconds, bytes, ratio)`);
  if (type === 'counter' && !name.endsWith('_total')) found.push(`${name} counts, so it ends in _total`);
  if (type !== 'counter' && name.endsWith('_total')) found.push(`${name} ends in _total, but it is a ${type}`);
  if (type === 'histogram' && !HISTOGRAM_UNIT.test(name)) found.push(`${name} does not end in its unit`);
  return found;
}

function problemsOf(metric: DescribedMetric): string[] {
  if (PROCESS_METRIC.test(metric.name)) return [];
  const prescribed = (PRESCRIBED_METRICS as Record<string, PrescribedMetric | undefined>)[metric.name];
  const found = prescribed === undefined ? ownNameProblems(metric) : prescribedProblems(metric, prescribed);
  if (!/^[A-Z].*\.$/.test(metric.help)) found.push(`${metric.name}: the help is not a sentence: '${metric.help}'`);
  for (const label of metric.labelNames) {
    if (!METRIC_LABELS.has(label)) found.push(`${metric.name}: the label ${label} is not of the closed list`);
  }
  return found;
}

/** What breaks our rules of names, units, help and labels (OB-1), as sentences that name the metric. */
export const metricProblems = (metrics: readonly DescribedMetric[]): readonly string[] => metrics.flatMap(problemsOf);

/** The same of everything that is registered. */
export function checkMetrics(registry: MetricsRegistry): readonly string[] {
  const all = registry.getMetricsAsArray() as unknown as readonly (Omit<DescribedMetric, 'labelNames'> &
    Partial<DescribedMetric>)[];
  return metricProblems(all.map(({ name, help, type, labelNames = [] }) => ({ name, help, type, labelNames })));
}
