import { type Counter, type Gauge, type Histogram, LATENCY_BUCKETS_SECONDS, type Metrics } from '@argosy/platform-port';

/** Fine steps of a quarter each from 50 µs, so that percentiles read from the buckets are near the truth. */
const FINE_BUCKETS_SECONDS = Array.from({ length: 50 }, (_, step) => Number((0.00005 * 1.25 ** step).toPrecision(4)));

/** Everything execution counts. */
export class ExecutionMetrics {
  readonly ordersPlaced: Counter<'venue' | 'side'>;
  readonly ordersFilled: Counter<'venue' | 'side'>;
  readonly ordersCancelled: Counter<'venue'>;
  readonly ordersRejected: Counter<'venue' | 'code'>;
  readonly ordersInDoubt: Gauge<'account'>;
  readonly openOrders: Gauge<'account'>;
  readonly orderLatency: Histogram<'venue' | 'outcome'>;
  readonly tickToSocket: Histogram<'venue'>;
  readonly moves: Counter<'event' | 'to_state'>;
  readonly illegalMoves: Counter<'event' | 'from_state'>;

  constructor(metrics: Metrics) {
    this.ordersPlaced = metrics.counter({
      name: 'orders_placed_total',
      help: 'Orders whose bytes left for a venue.',
      labels: ['venue', 'side'],
    });
    this.ordersFilled = metrics.counter({
      name: 'orders_filled_total',
      help: 'Orders that filled completely.',
      labels: ['venue', 'side'],
    });
    this.ordersCancelled = metrics.counter({
      name: 'orders_cancelled_total',
      help: 'Orders the venue confirmed cancelled or expired.',
      labels: ['venue'],
    });
    this.ordersRejected = metrics.counter({
      name: 'orders_rejected_total',
      help: 'Orders refused by the pre-check, the egress or the venue.',
      labels: ['venue', 'code'],
    });
    this.ordersInDoubt = metrics.gauge({
      name: 'argosy_execution_orders_in_doubt',
      help: 'Orders whose send was not answered and which no venue report has settled yet.',
      labels: ['account'],
    });
    this.openOrders = metrics.gauge({
      name: 'argosy_execution_orders_open',
      help: 'Orders that the venue may hold or come to hold.',
      labels: ['account'],
    });
    this.orderLatency = metrics.histogram({
      name: 'order_latency_seconds',
      help: 'Time from the socket write of an order to the answer of the venue.',
      labels: ['venue', 'outcome'],
      buckets: LATENCY_BUCKETS_SECONDS,
    });
    this.tickToSocket = metrics.histogram({
      name: 'argosy_execution_tick_to_socket_seconds',
      help: 'Time from market-data receiving a tick to the socket write of the order it caused.',
      labels: ['venue'],
      buckets: FINE_BUCKETS_SECONDS,
    });
    this.moves = metrics.counter({
      name: 'argosy_execution_order_moves_total',
      help: 'Moves of the order state table.',
      labels: ['event', 'to_state'],
    });
    this.illegalMoves = metrics.counter({
      name: 'argosy_execution_illegal_moves_total',
      help: 'Reports that the order state table does not allow; each one needs a person.',
      labels: ['event', 'from_state'],
    });
  }
}
