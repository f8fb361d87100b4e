/**
 * The metrics that the operators' manuals name: dashboards and alerts of theirs ask for exactly these, so they are
 * exempt from our naming rule. `isLive` says that the thing it measures exists in this release. The machine's own
 * (`node_*`, `up`) come from the node exporter and Prometheus.
 */
export type ServiceName = 'market-data' | 'strategy-host' | 'risk' | 'execution' | 'ledger' | 'ops-gateway';

export interface PrescribedMetric {
  readonly kind: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly labels: readonly string[];
  readonly owners: readonly ServiceName[];
  readonly isLive: boolean;
}

const EVERY_SERVICE: readonly ServiceName[] = [
  'market-data',
  'strategy-host',
  'risk',
  'execution',
  'ledger',
  'ops-gateway',
];
const STORING_SERVICES: readonly ServiceName[] = ['strategy-host', 'risk', 'execution', 'ledger', 'ops-gateway'];

export const PRESCRIBED_METRICS = {
  orders_placed_total: {
    kind: 'counter',
    help: 'Orders handed to a venue.',
    labels: ['venue', 'side'],
    owners: ['execution'],
    isLive: true,
  },
  orders_filled_total: {
    kind: 'counter',
    help: 'Orders filled completely.',
    labels: ['venue', 'side'],
    owners: ['execution'],
    isLive: true,
  },
  orders_cancelled_total: {
    kind: 'counter',
    help: 'Orders that ended cancelled.',
    labels: ['venue', 'side'],
    owners: ['execution'],
    isLive: true,
  },
  orders_rejected_total: {
    kind: 'counter',
    help: 'Orders that a risk check or a venue refused, by refusal code.',
    labels: ['code'],
    owners: ['risk', 'execution'],
    isLive: true,
  },
  errors_total: {
    kind: 'counter',
    help: 'Lines logged at ERROR or CRITICAL, by event type.',
    labels: ['type'],
    owners: EVERY_SERVICE,
    isLive: true,
  },
  risk_violations_total: {
    kind: 'counter',
    help: 'Orders refused by a risk check.',
    labels: ['check'],
    owners: ['risk'],
    isLive: true,
  },
  current_drawdown: {
    kind: 'gauge',
    help: 'Equity below its highest value so far, in percent of that value.',
    labels: [],
    owners: ['ledger'],
    isLive: true,
  },
  position_count: { kind: 'gauge', help: 'Positions that are not flat.', labels: [], owners: ['ledger'], isLive: true },
  total_exposure: {
    kind: 'gauge',
    help: 'Gross exposure in USD with working, in-flight and in-doubt orders counted.',
    labels: [],
    owners: ['risk'],
    isLive: true,
  },
  margin_ratio: {
    kind: 'gauge',
    help: 'Equity of the live accounts over the margin they use.',
    labels: [],
    owners: ['risk'],
    isLive: true,
  },
  maker_ratio: {
    kind: 'gauge',
    help: 'Fills that made liquidity over all fills since the start.',
    labels: [],
    owners: ['ledger'],
    isLive: true,
  },
  system_health: {
    kind: 'gauge',
    help: 'Share of the fleet that is ready, from 0 to 1.',
    labels: [],
    owners: ['ops-gateway'],
    isLive: true,
  },
  order_latency_seconds: {
    kind: 'histogram',
    help: 'Time from a strategy asking for an order to the venue acknowledging it.',
    labels: ['venue'],
    owners: ['execution'],
    isLive: true,
  },
  loop_duration_seconds: {
    kind: 'histogram',
    help: 'Time a strategy takes to handle one event.',
    labels: ['strategy'],
    owners: ['strategy-host'],
    isLive: true,
  },
  validation_time_seconds: {
    kind: 'histogram',
    help: "Time to check an order against its instrument's rules.",
    labels: [],
    owners: ['risk'],
    isLive: true,
  },
  risk_calculation_time_seconds: {
    kind: 'histogram',
    help: 'Time to review an order with every risk check.',
    labels: [],
    owners: ['risk'],
    isLive: true,
  },
  http_requests_total: {
    kind: 'counter',
    help: 'Requests answered over HTTP.',
    labels: ['method', 'route', 'status'],
    owners: EVERY_SERVICE,
    isLive: true,
  },
  http_request_duration_seconds: {
    kind: 'histogram',
    help: 'Time from a request over HTTP to its answer.',
    labels: ['method', 'route'],
    owners: EVERY_SERVICE,
    isLive: true,
  },
  database_connections_failed_total: {
    kind: 'counter',
    help: 'Connections to Postgres that could not be opened or were lost.',
    labels: [],
    owners: STORING_SERVICES,
    isLive: true,
  },
  trading_positions_open: {
    kind: 'gauge',
    help: 'Positions that are not flat, by venue.',
    labels: ['venue'],
    owners: ['ledger'],
    isLive: true,
  },
  trading_pnl_daily_total: {
    kind: 'gauge',
    help: 'Net profit and loss since midnight UTC, in USD.',
    labels: [],
    owners: ['ledger'],
    isLive: true,
  },
  trading_pnl_daily_percent: {
    kind: 'gauge',
    help: 'Net profit and loss since midnight UTC over the equity then, as a fraction.',
    labels: [],
    owners: ['ledger'],
    isLive: true,
  },
  trading_trades_won: {
    kind: 'gauge',
    help: 'Closing fills that realised a profit.',
    labels: [],
    owners: ['ledger'],
    isLive: true,
  },
  trading_trades_total: { kind: 'counter', help: 'Closing fills.', labels: [], owners: ['ledger'], isLive: true },
  trading_trade_duration_seconds: {
    kind: 'histogram',
    help: 'Time from opening a position to it being flat again.',
    labels: [],
    owners: ['ledger'],
    isLive: true,
  },
  trading_position_duration_minutes: {
    kind: 'gauge',
    help: 'Age of each open position in minutes.',
    labels: ['symbol'],
    owners: ['ledger'],
    isLive: true,
  },
  trading_capital_at_risk: {
    kind: 'gauge',
    help: 'Gross value of all open positions in USD.',
    labels: [],
    owners: ['ledger'],
    isLive: true,
  },
  trading_capital_total: {
    kind: 'gauge',
    help: 'Equity of all live accounts in USD.',
    labels: [],
    owners: ['ledger'],
    isLive: true,
  },
} as const satisfies Record<string, PrescribedMetric>;
export type PrescribedMetricName = keyof typeof PRESCRIBED_METRICS;

/** The names a service has to expose now. */
export const prescribedFor = (service: ServiceName): readonly PrescribedMetricName[] =>
  (Object.entries(PRESCRIBED_METRICS) as [PrescribedMetricName, PrescribedMetric][])
    .filter(([, { owners, isLive }]) => isLive && owners.includes(service))
    .map(([name]) => name);

/** A prescribed metric as the `Metrics` port takes it. */
export const prescribedSpec = <N extends PrescribedMetricName>(
  name: N,
): {
  readonly name: N;
  readonly help: string;
  readonly labels: readonly (typeof PRESCRIBED_METRICS)[N]['labels'][number][];
} => ({
  name,
  help: PRESCRIBED_METRICS[name].help,
  labels: PRESCRIBED_METRICS[name].labels,
});
