import type { BookingReceipt } from '@argosy/ledger-core';
import { type Counter, type Gauge, type Histogram, LATENCY_BUCKETS_SECONDS, type Metrics } from '@argosy/platform-port';

const TRADE_SECONDS = [1, 5, 15, 60, 300, 900, 3_600, 14_400, 43_200, 86_400, 604_800];
/** One scale for every part of the split, so that a dashboard stacks them. */
export const PNL_PARTS = ['realised', 'unrealised', 'funding', 'fee', 'rebate', 'slippage', 'net'] as const;

/** Everything the ledger measures; the names without `argosy_` are those of the operators' manuals. */
export class LedgerMetrics {
  readonly positionCount: Gauge<never>;
  readonly positionsOpen: Gauge<'venue'>;
  readonly positionMinutes: Gauge<'symbol'>;
  readonly pnlDaily: Gauge<never>;
  readonly pnlDailyPercent: Gauge<never>;
  readonly drawdown: Gauge<never>;
  readonly capital: Gauge<never>;
  readonly capitalAtRisk: Gauge<never>;
  readonly makerRatio: Gauge<never>;
  readonly tradesWon: Gauge<never>;
  readonly tradesClosed: Counter<never>;
  readonly tradeSeconds: Histogram<never>;
  readonly pnl: Gauge<'type' | 'strategy' | 'currency'>;
  readonly cashDifference: Gauge<'account'>;
  readonly readUpTo: Gauge<'account'>;
  readonly integrity: Gauge<never>;
  readonly integrityProgress: Gauge<never>;
  readonly refills: Counter<'account'>;
  readonly delays: Counter<'account' | 'code'>;
  readonly chainsLost: Counter<'account'>;
  private readonly entries: Counter<'kind'>;
  private readonly postings: Counter<never>;
  private readonly repeats: Counter<never>;
  private readonly breaks: Counter<'code'>;
  private readonly bookingSeconds: Histogram<never>;

  constructor(metrics: Metrics) {
    const gauge = <L extends string>(name: string, help: string, ...labels: L[]): Gauge<L> =>
      metrics.gauge({ name, help, labels });
    const counter = <L extends string>(name: string, help: string, ...labels: L[]): Counter<L> =>
      metrics.counter({ name, help, labels });
    this.positionCount = gauge('position_count', 'Positions that are not flat.');
    this.positionsOpen = gauge('trading_positions_open', 'Positions that are not flat, by venue.', 'venue');
    this.positionMinutes = gauge(
      'trading_position_duration_minutes',
      'Age of each open position in minutes.',
      'symbol',
    );
    this.pnlDaily = gauge('trading_pnl_daily_total', 'Net profit and loss since midnight UTC, in USD.');
    this.pnlDailyPercent = gauge(
      'trading_pnl_daily_percent',
      'Net profit and loss since midnight UTC over the equity then, as a fraction.',
    );
    this.drawdown = gauge('current_drawdown', 'Equity below its highest value so far, in percent of that value.');
    this.capital = gauge('trading_capital_total', 'Equity of all live accounts in USD.');
    this.capitalAtRisk = gauge('trading_capital_at_risk', 'Gross value of all open positions in USD.');
    this.makerRatio = gauge('maker_ratio', 'Fills that made liquidity over all fills since the start.');
    this.tradesWon = gauge('trading_trades_won', 'Closing fills that realised a profit.');
    this.tradesClosed = counter('trading_trades_total', 'Closing fills.');
    this.tradeSeconds = metrics.histogram({
      name: 'trading_trade_duration_seconds',
      help: 'Time from opening a position to it being flat again.',
      labels: [],
      buckets: TRADE_SECONDS,
    });
    this.pnl = gauge(
      'argosy_ledger_pnl',
      'Profit and loss since the beginning by part of the split and strategy.',
      'type',
      'strategy',
      'currency',
    );
    this.cashDifference = gauge(
      'argosy_ledger_venue_cash_difference',
      'Cash without marks by the books minus the same as the venue last stated it.',
      'account',
    );
    this.readUpTo = gauge(
      'argosy_ledger_facts_sequence',
      'Sequence of the last fact of the account that is in the books.',
      'account',
    );
    this.integrity = gauge(
      'argosy_ledger_integrity_ok',
      'One when the last integrity check passed, zero when it found something.',
    );
    this.integrityProgress = gauge(
      'argosy_ledger_integrity_progress_ratio',
      'How much of the books the full integrity check under way has read, as a fraction; one when it is over.',
    );
    this.refills = counter(
      'argosy_ledger_refills_total',
      'Pages of facts read again from execution because they had not arrived.',
      'account',
    );
    this.delays = counter(
      'argosy_ledger_booking_delays_total',
      'Batches put off because the store or execution did not answer.',
      'account',
      'code',
    );
    this.chainsLost = counter(
      'argosy_ledger_chains_shortened_total',
      'Times a chain ended before where it had ended earlier: somebody removed entries.',
      'account',
    );
    this.entries = counter('argosy_ledger_entries_total', 'Entries booked.', 'kind');
    this.postings = counter('argosy_ledger_postings_total', 'Postings booked.');
    this.repeats = counter(
      'argosy_ledger_facts_repeated_total',
      'Facts that were in the books already and changed nothing.',
    );
    this.breaks = counter(
      'argosy_ledger_breaks_total',
      'Facts that could not be booked and wait for a person.',
      'code',
    );
    this.bookingSeconds = metrics.histogram({
      name: 'argosy_ledger_booking_seconds',
      help: 'Time to book one batch of facts durably.',
      labels: [],
      buckets: LATENCY_BUCKETS_SECONDS,
    });
  }

  booked({ booked, repeated, refused }: BookingReceipt, seconds: number): void {
    for (const { kind, postings } of booked) {
      this.entries.add({ kind });
      this.postings.add({}, postings.length);
    }
    if (repeated > 0) this.repeats.add({}, repeated);
    for (const { refusal } of refused) this.breaks.add({ code: refusal.code });
    this.bookingSeconds.observe({}, seconds);
  }
}
