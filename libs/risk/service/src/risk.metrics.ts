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
  readonly lossRatio: Gauge<'account' | 'kind'>;
  readonly valueAtRisk: Gauge<'account'>;
  readonly alerts: Counter<'kind'>;
  readonly runaways: Counter<'kind'>;
  readonly mode: Gauge<'account'>;
  readonly stuck: Gauge<'kind'>;
  readonly sizeFactor: Gauge<never>;

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
    this.lossRatio = metrics.gauge({
      name: 'argosy_risk_loss_ratio',
      help: 'Loss of an account against its equity at 00:00 UTC (hourly, daily) or its highest (drawdown), positive when lost.',
      labels: ['account', 'kind'],
    });
    this.valueAtRisk = metrics.gauge({
      name: 'argosy_risk_value_at_risk_usd',
      help: 'Historical value at risk of an account at 95 % over one sampling interval.',
      labels: ['account'],
    });
    this.alerts = metrics.counter({
      name: 'argosy_risk_alerts_total',
      help: 'What risk did by itself or warned of, by kind.',
      labels: ['kind'],
    });
    this.runaways = metrics.counter({
      name: 'argosy_risk_runaways_total',
      help: 'Strategies that were stopped as runaways, by kind.',
      labels: ['kind'],
    });
    this.mode = metrics.gauge({
      name: 'argosy_risk_trading_mode',
      help: 'What an account may do: 0 everything, 1 reductions, 2 cancels, 3 halted.',
      labels: ['account'],
    });
    this.stuck = metrics.gauge({
      name: 'argosy_risk_stuck',
      help: 'Orders and positions that stayed for longer than their limit.',
      labels: ['kind'],
    });
    this.sizeFactor = metrics.gauge({
      name: 'argosy_risk_size_factor_ratio',
      help: 'What is left of order and position sizes under the overrides, the strictest of them; 1 when nothing is cut.',
      labels: [],
    });
    this.currentDrawdown = metrics.gauge({
      name: 'argosy_risk_drawdown_ratio',
      help: 'Fall of live equity from its highest since start, as a share of the highest; what the limits see.',
      labels: [],
    });
  }
}
