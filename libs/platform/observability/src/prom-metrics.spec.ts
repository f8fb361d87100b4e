import { InvariantViolation } from '@argosy/domain';
import { LATENCY_BUCKETS_SECONDS } from '@argosy/platform-port';
import { checkMetrics } from './check-metrics.js';
import {
  PRESCRIBED_METRICS,
  prescribedFor,
  type PrescribedMetric,
  type PrescribedMetricName,
  prescribedSpec,
} from './prescribed-metrics.js';
import { PromMetrics } from './prom-metrics.js';

const SENTENCE = 'Orders handed to a venue.';
const TRACE = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;

describe('PromMetrics', () => {
  it('shows counters, gauges and histograms in OpenMetrics form, with exemplars (OB-5)', async () => {
    const metrics = new PromMetrics();
    metrics.counter({ name: 'argosy_x_orders_total', help: SENTENCE, labels: ['venue'] }).add({ venue: 'binance' }, 3);
    metrics.gauge({ name: 'argosy_x_depth_ratio', help: SENTENCE, labels: [] }).set({}, 0.5);
    const seconds = metrics.histogram({
      name: 'argosy_x_ack_seconds',
      help: SENTENCE,
      labels: ['venue'],
      buckets: [0.001, 0.01],
    });
    seconds.observe({ venue: 'binance' }, 0.004, TRACE);
    seconds.observe({ venue: 'binance' }, 0.004, 'not a traceparent');
    const text = await metrics.registry.metrics();
    expect(text).toContain('argosy_x_orders_total{venue="binance"} 3');
    expect(text).toContain('argosy_x_depth_ratio 0.5');
    expect(text).toMatch(
      /argosy_x_ack_seconds_bucket\{le="0\.01",venue="binance"\} 2 # \{trace_id="a{32}",span_id="b{16}"\} 0\.004/,
    );
    expect(metrics.registry.contentType).toContain('application/openmetrics-text');
  });

  it('refuses what is no number where it is observed, not where it is read', () => {
    const spec = { name: 'argosy_x_ack_seconds', help: SENTENCE, labels: [], buckets: [1] };
    expect(() => new PromMetrics().histogram(spec).observe({}, Number.NaN)).toThrow(InvariantViolation);
  });

  it('gives the same metric twice, and refuses the same name for another', () => {
    const metrics = new PromMetrics();
    const spec = { name: 'argosy_x_orders_total', help: SENTENCE, labels: ['venue', 'side'] as const };
    expect(metrics.counter(spec)).toBe(metrics.counter({ ...spec, labels: ['side', 'venue'] }));
    expect(() => metrics.counter({ ...spec, labels: ['venue'] })).toThrow(InvariantViolation);
    expect(() => metrics.gauge(spec)).toThrow(InvariantViolation);
  });

  it('keeps two services of one process apart', async () => {
    const [one, two] = [new PromMetrics(), new PromMetrics()];
    one.counter({ name: 'argosy_x_orders_total', help: SENTENCE, labels: [] }).add({});
    expect(await two.registry.metrics()).not.toContain('argosy_x');
  });
});

describe('checkMetrics', () => {
  const bad: ReadonlyArray<[string, (metrics: PromMetrics) => unknown, RegExp]> = [
    ['a name of nobody', (m) => m.gauge({ name: 'orders_open', help: SENTENCE, labels: [] }), /is not argosy_/],
    ['milliseconds', (m) => m.gauge({ name: 'argosy_x_delay_ms', help: SENTENCE, labels: [] }), /base unit/],
    [
      'a counter without _total',
      (m) => m.counter({ name: 'argosy_x_orders', help: SENTENCE, labels: [] }),
      /ends in _total/,
    ],
    [
      'a gauge with _total',
      (m) => m.gauge({ name: 'argosy_x_orders_total', help: SENTENCE, labels: [] }),
      /but it is a gauge/,
    ],
    [
      'a histogram without a unit',
      (m) => m.histogram({ name: 'argosy_x_delay', help: SENTENCE, labels: [], buckets: [1] }),
      /its unit/,
    ],
    [
      'a help that is no sentence',
      (m) => m.gauge({ name: 'argosy_x_depth_ratio', help: 'depth', labels: [] }),
      /not a sentence/,
    ],
    [
      'an order id as a label',
      (m) => m.gauge({ name: 'argosy_x_depth_ratio', help: SENTENCE, labels: ['order_id'] }),
      /closed list/,
    ],
    [
      'a prescribed gauge as a counter',
      (m) => m.counter({ name: 'trading_trades_won', help: SENTENCE, labels: [] }),
      /manuals need a gauge/,
    ],
  ];
  it.each(bad)('finds %s', (_what, register, problem) => {
    const metrics = new PromMetrics();
    register(metrics);
    expect(checkMetrics(metrics.registry).join()).toMatch(problem);
  });

  it("finds nothing in a good registry, the machine's own metrics included", () => {
    const metrics = new PromMetrics();
    metrics.collectProcessMetrics();
    metrics.counter({ name: 'argosy_x_orders_total', help: SENTENCE, labels: ['venue'] });
    metrics.histogram({ name: 'argosy_x_ack_seconds', help: SENTENCE, labels: [], buckets: LATENCY_BUCKETS_SECONDS });
    expect(checkMetrics(metrics.registry)).toEqual([]);
    metrics.registry.clear();
  });
});

describe('PRESCRIBED_METRICS', () => {
  const all = Object.entries(PRESCRIBED_METRICS) as [PrescribedMetricName, PrescribedMetric][];

  it('can all be registered and pass our own check (OB-1)', () => {
    const metrics = new PromMetrics();
    for (const [name, { kind }] of all) {
      if (kind === 'counter') metrics.counter(prescribedSpec(name));
      else if (kind === 'gauge') metrics.gauge(prescribedSpec(name));
      else metrics.histogram({ ...prescribedSpec(name), buckets: [1] });
    }
    expect(checkMetrics(metrics.registry)).toEqual([]);
    expect(metrics.registry.getMetricsAsArray()).toHaveLength(all.length);
  });

  it('gives every live metric an owner', () => {
    for (const [name, { owners }] of all) expect([name, owners.length > 0]).toEqual([name, true]);
    expect(prescribedFor('ops-gateway')).toEqual(
      expect.arrayContaining(['http_requests_total', 'system_health', 'errors_total']),
    );
    expect(prescribedFor('market-data')).toEqual([
      'errors_total',
      'http_requests_total',
      'http_request_duration_seconds',
    ]);
  });
});
