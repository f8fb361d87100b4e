import { type Counter, type Gauge, type Histogram, LATENCY_BUCKETS_SECONDS, type Metrics } from '@argosy/platform-port';

/** Everything risk counts. */
export class RiskMetrics {
  readonly violations: Counter<'code'>;
  readonly approvals: Counter<'venue'>;
  readonly checkSeconds: Histogram<never>;
  readonly validationSeconds: Histogram<never>;
  readonly totalExposure: Gauge<never>;
  readonly marginRatio: Gauge<never>;
  readonly currentDrawdown: Gauge<never>;

  constructor(metrics: Metrics) {
    const violations = metrics.counter({
      name: 'risk_violations_total',
      help: 'Orders refused by a pre-trade check, by refusal code.',
      labels: ['code'],
    });
    const rejected = metrics.counter({
      name: 'orders_rejected_total',
      help: 'Orders refused before they reached execution, by refusal code.',
      labels: ['code'],
    });
    // The manuals count a refusal under both names: as what a check found, and as an order that came to nothing.
    this.violations = {
      add: (labels, value = 1) => {
        violations.add(labels, value);
        rejected.add(labels, value);
      },
    };
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
    this.validationSeconds = metrics.histogram({
      name: 'validation_time_seconds',
      help: "Time to check an order against its instrument's rules.",
      labels: [],
      buckets: [0.000001, 0.0000025, 0.000005, 0.00001, 0.000025, 0.00005, ...LATENCY_BUCKETS_SECONDS],
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
      name: 'argosy_risk_drawdown_ratio',
      help: 'Fall of live equity from its highest since start, as a share of the highest; what the limits see.',
      labels: [],
    });
  }
}
