import { type Counter, type Gauge, type Histogram, LATENCY_BUCKETS_SECONDS, type Metrics } from '@argosy/platform-port';

export const STRATEGY_STATUSES = ['stopped', 'starting', 'running', 'stopping', 'error'] as const;
export type StrategyStatus = (typeof STRATEGY_STATUSES)[number];

/** Everything strategy-host counts. The label `strategy` is bounded by how many may be loaded. */
export class StrategyHostMetrics {
  readonly loopSeconds: Histogram<'strategy'>;
  readonly events: Counter<'strategy'>;
  readonly conflated: Counter<'strategy'>;
  readonly ordersSubmitted: Counter<'strategy'>;
  readonly ordersRefused: Counter<'strategy'>;
  readonly ordersUnanswered: Counter<'strategy'>;
  readonly answerSeconds: Histogram<'strategy'>;
  readonly failures: Counter<'strategy'>;
  readonly strategies: Gauge<'status'>;

  constructor(metrics: Metrics) {
    const counter = (name: string, help: string): Counter<'strategy'> =>
      metrics.counter({ name: `argosy_strategy_host_${name}_total`, help, labels: ['strategy'] });
    this.loopSeconds = metrics.histogram({
      name: 'loop_duration_seconds',
      help: 'Time a strategy takes to handle one event.',
      labels: ['strategy'],
      buckets: [0.00001, 0.000025, 0.00005, ...LATENCY_BUCKETS_SECONDS],
    });
    this.answerSeconds = metrics.histogram({
      name: 'argosy_strategy_host_order_answer_seconds',
      help: 'Time from a strategy asking for an order to its durable acceptance or refusal.',
      labels: ['strategy'],
      buckets: LATENCY_BUCKETS_SECONDS,
    });
    this.events = counter('events', 'Events a strategy was fed, after conflation.');
    this.conflated = counter(
      'events_conflated',
      'Market events that a newer one replaced before the strategy was free.',
    );
    this.ordersSubmitted = counter('orders_submitted', 'Orders a strategy asked for.');
    this.ordersRefused = counter('orders_refused', 'Orders of a strategy that risk or execution refused.');
    this.ordersUnanswered = counter('orders_unanswered', 'Orders of a strategy that nobody answered in time.');
    this.failures = counter(
      'strategy_failures',
      'Times a strategy was stopped because it threw, hung, flooded or made no sense.',
    );
    this.strategies = metrics.gauge({
      name: 'argosy_strategy_host_strategies',
      help: 'Loaded strategies in each status; one in error needs a person.',
      labels: ['status'],
    });
  }
}
