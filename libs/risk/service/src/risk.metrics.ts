import { type Counter, type Gauge, type Histogram, LATENCY_BUCKETS_SECONDS, type Metrics } from '@argosy/platform-port';

/** Everything risk counts. */
export class RiskMetrics {
  readonly violations: Counter<'code'>;
  readonly approvals: Counter<'venue'>;
  readonly checkSeconds: Histogram<never>;
  readonly totalExposure: Gauge<never>;
  readonly marginRatio: Gauge<never>;
  readonly currentDrawdown: Gauge<never>;

  constructor(metrics: Metrics) {
    this.violations = metrics.counter({
      name: 'risk_violations_total',
      help: 'Orders refused by a pre-trade check, by refusal code.',
      labels: ['code'],
    });
    this.approvals = metrics.counter({
      name: 'argosy_risk_approvals_total',
      help: 'Orders approved and handed to execution.',
      labels: ['venue'],
    });
    this.checkSeconds = metrics.histogram({
      name: 'risk_calculation_time_seconds',
      help: 'Time to build the view and run every pre-trade check on it.',
      labels: [],
      buckets: [0.00001, 0.000025, 0.00005, ...LATENCY_BUCKETS_SECONDS],
    });
    this.totalExposure = metrics.gauge({
      name: 'total_exposure',
      help: 'Gross exposure of the live accounts in USD with every open order filled.',
      labels: [],
    });
    this.marginRatio = metrics.gauge({
      name: 'margin_ratio',
      help: 'Equity of the live accounts over the margin they use.',
      labels: [],
    });
    this.currentDrawdown = metrics.gauge({
      name: 'current_drawdown',
      help: 'Fall of live equity from its highest since start, as a share of the highest.',
      labels: [],
    });
  }
}
