import type {
  OrderAnswer,
  PnlAnswer,
  PositionAnswer,
  RiskAnswer,
  StatusAnswer,
  StrategyAnswer,
  TradeAnswer,
} from '../gateway/answers.js';
import type { Operation } from './operation.js';
import type { Presenter } from '../terminal/presenter.js';
import type { Tone } from '../terminal/terminal.js';

const clockOf = (iso: string): string => iso.slice(11, 19);
const dash = (value: string | number | null | undefined): string =>
  value === null || value === undefined || value === '' ? '-' : String(value);
const sideTone = ({ side }: { readonly side: string }): Tone => (side === 'buy' || side === 'long' ? 'good' : 'bad');
const signTone = (value: string | null): Tone =>
  value === null || value === '' ? 'dim' : value.startsWith('-') ? 'bad' : 'good';

const query = (values: Readonly<Record<string, string | number | undefined>>): string => {
  const pairs = Object.entries(values).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`],
  );
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
};

export async function status({ gateway, presenter }: Operation): Promise<void> {
  presenter.show((await gateway.get('/api/v1/status')) as StatusAnswer, (answer) => describeStatus(answer, presenter));
}

function describeStatus(answer: StatusAnswer, presenter: Presenter): string {
  const paint = presenter.paint.bind(presenter);
  const { kill_switch: kill, market_data: market } = answer;
  const onOff = (value: boolean): string => (value ? paint('good', 'enabled') : paint('warn', 'disabled'));
  const facts = presenter.facts([
    ['status', paint(answer.status === 'healthy' ? 'good' : 'bad', answer.status)],
    ...answer.degraded.map((text) => ['', paint('warn', text)] as const),
    ['role', `${answer.role}, version ${answer.version}`],
    [
      'trading',
      `${onOff(answer.trading_enabled)}${answer.trading_state === 'known' ? '' : paint('bad', ' (state unknown: nothing new is sent)')}`,
    ],
    ['new signals', onOff(answer.new_signals_enabled)],
    [
      'kill switch',
      kill.active === null
        ? paint('warn', 'unknown')
        : kill.active
          ? paint('bad', `ACTIVE: ${dash(kill.reason)} (${dash(kill.by)}, ${dash(kill.since)})`)
          : 'not active',
    ],
    ...(answer.trading_mode === undefined || answer.trading_mode === 'full'
      ? []
      : [['mode', paint('warn', answer.trading_mode)] as const]),
    ...(answer.mode_causes ?? []).map(
      ({ component, health, mode, reason }) =>
        ['', paint('warn', `${component} ${health}: ${mode}${reason === '' ? '' : ` (${reason})`}`)] as const,
    ),
    [
      'market data',
      `${dash(market.messages_per_second)} messages/s, ${dash(market.feeds_live)} of ${dash(market.feeds_total)} feeds live`,
    ],
  ]);
  const exchanges = presenter.table(
    Object.entries(answer.exchanges),
    [
      { title: 'exchange', of: ([id]) => id },
      {
        title: 'status',
        of: ([, row]) => row.status,
        tone: ([, row]) => (row.status === 'connected' ? 'good' : 'warn'),
      },
      {
        title: 'latency',
        of: ([, row]) => (row.latency_ms === null ? '-' : `${String(row.latency_ms)} ms`),
        align: 'right',
      },
      { title: 'reason', of: ([, row]) => dash(row.reason) },
    ],
    'no exchange',
  );
  const services = presenter.table(
    Object.entries(answer.services),
    [
      { title: 'service', of: ([name]) => name },
      { title: 'status', of: ([, row]) => row.status, tone: ([, row]) => (row.status === 'ready' ? 'good' : 'bad') },
      { title: 'role', of: ([, row]) => dash(row.role) },
      { title: 'epoch', of: ([, row]) => dash(row.epoch), align: 'right' },
      { title: 'process', of: ([, row]) => dash(row.pid), align: 'right' },
      { title: 'standby', of: ([, row]) => dash(row.standby?.pid), align: 'right' },
      {
        title: 'waits for',
        of: ([, row]) =>
          (row.conditions ?? [])
            .filter(({ met }) => !met)
            .map(({ name, reason }) => `${name}: ${dash(reason)}`)
            .join('; '),
      },
    ],
    'no service',
  );
  const strategies = presenter.table(
    answer.strategies ?? [],
    [
      { title: 'strategy', of: (row) => row.strategy_id },
      { title: 'status', of: (row) => row.status, tone: (row) => (row.status === 'running' ? 'good' : 'dim') },
    ],
    answer.strategies === null ? 'strategy-host does not answer' : 'no strategy is loaded',
  );
  return [facts, '', exchanges, '', services, '', strategies].join('\n');
}

export interface OrderFilter {
  readonly status: string;
  readonly strategy?: string;
  readonly symbol?: string;
  readonly account?: string;
  readonly limit: number;
}

export async function orders({ gateway, presenter }: Operation, filter: OrderFilter): Promise<void> {
  const answer = (await gateway.get(`/api/v1/orders${query({ ...filter })}`)) as {
    readonly orders: readonly OrderAnswer[];
  };
  presenter.show(answer, ({ orders: rows }) =>
    presenter.table(
      rows,
      [
        { title: 'time', of: (row) => clockOf(row.created_at) },
        { title: 'order', of: (row) => row.order_id },
        { title: 'strategy', of: (row) => row.strategy_id },
        { title: 'symbol', of: (row) => row.symbol },
        { title: 'side', of: (row) => row.side, tone: sideTone },
        { title: 'price', of: (row) => row.price, align: 'right' },
        { title: 'quantity', of: (row) => row.quantity, align: 'right' },
        { title: 'filled', of: (row) => row.filled_quantity, align: 'right' },
        { title: 'state', of: (row) => row.state },
        { title: 'reason', of: (row) => dash(row.reason) },
      ],
      filter.status === 'open' ? 'no open orders' : 'no orders',
    ),
  );
}

export async function positions({ gateway, presenter }: Operation): Promise<void> {
  const answer = (await gateway.get('/api/v1/positions')) as { readonly positions: readonly PositionAnswer[] };
  presenter.show(answer, ({ positions: rows }) =>
    presenter.table(
      rows,
      [
        { title: 'account', of: (row) => row.account },
        { title: 'strategy', of: (row) => dash(row.strategy_id) },
        { title: 'symbol', of: (row) => row.symbol },
        { title: 'side', of: (row) => row.side, tone: sideTone },
        { title: 'quantity', of: (row) => row.quantity, align: 'right' },
        { title: 'average', of: (row) => row.average_price, align: 'right' },
        { title: 'mark', of: (row) => dash(row.mark_price), align: 'right' },
        { title: 'notional', of: (row) => dash(row.notional), align: 'right' },
        {
          title: 'unrealised',
          of: (row) => dash(row.unrealized_pnl),
          align: 'right',
          tone: (row) => signTone(row.unrealized_pnl),
        },
      ],
      'flat',
    ),
  );
}

export async function trades({ gateway, presenter }: Operation, filter: Omit<OrderFilter, 'status'>): Promise<void> {
  const answer = (await gateway.get(`/api/v1/trades${query({ ...filter })}`)) as {
    readonly trades: readonly TradeAnswer[];
  };
  presenter.show(answer, ({ trades: rows }) =>
    presenter.table(
      rows,
      [
        { title: 'time', of: (row) => clockOf(row.time) },
        { title: 'strategy', of: (row) => dash(row.strategy_id) },
        { title: 'symbol', of: (row) => row.symbol },
        { title: 'side', of: (row) => row.side, tone: sideTone },
        { title: 'price', of: (row) => row.price, align: 'right' },
        { title: 'quantity', of: (row) => row.quantity, align: 'right' },
        { title: 'fee', of: (row) => row.fee, align: 'right' },
        { title: 'as', of: (row) => row.liquidity },
        {
          title: 'realised',
          of: (row) => dash(row.realized_pnl),
          align: 'right',
          tone: (row) => signTone(row.realized_pnl),
        },
      ],
      'no trades',
    ),
  );
}

export async function pnl({ gateway, presenter }: Operation, groupBy: string): Promise<void> {
  const answer = (await gateway.get(`/api/v1/pnl${query({ group_by: groupBy })}`)) as {
    readonly rows: readonly PnlAnswer[];
  };
  const money = (
    title: keyof PnlAnswer,
  ): { title: string; of: (row: PnlAnswer) => string; align: 'right'; tone: (row: PnlAnswer) => Tone } => ({
    title,
    of: (row) => dash(row[title]),
    align: 'right',
    tone: (row) => signTone(row[title]),
  });
  presenter.show(answer, ({ rows }) =>
    presenter.table(
      rows,
      [
        { title: groupBy, of: (row) => row.group },
        { title: 'in', of: (row) => row.currency },
        money('realised'),
        money('unrealised'),
        money('funding'),
        money('fee'),
        money('rebate'),
        money('net'),
        money('slippage'),
      ],
      'nothing has been traded',
    ),
  );
}

export async function risk({ gateway, presenter }: Operation): Promise<void> {
  const answer = (await gateway.get('/api/v1/risk/summary')) as RiskAnswer;
  presenter.show(answer, (summary) => {
    const violations = Object.entries(summary.violations).map(([code, count]) => `${code} ${String(count)}`);
    const facts = presenter.facts([
      ['equity', `${dash(summary.equity_usd)} USD, drawdown ${dash(summary.drawdown)}`],
      [
        'exposure',
        `gross ${summary.gross_exposure_usd}, net ${summary.net_exposure_usd}, leverage ${dash(summary.leverage)}, margin ratio ${dash(summary.margin_ratio)}`,
      ],
      ['orders', `${String(summary.open_orders)} open, ${String(summary.in_doubt_orders)} in doubt`],
      ['refusals', violations.join(', ') || 'none'],
    ]);
    const limits = presenter.table(
      summary.limits,
      [
        { title: 'limit', of: (row) => row.name },
        { title: 'of', of: (row) => row.scope },
        { title: 'used', of: (row) => dash(row.used), align: 'right' },
        { title: 'at most', of: (row) => row.limit, align: 'right' },
      ],
      'no limits',
    );
    return `${facts}\n\n${limits}`;
  });
}

export async function strategies({ gateway, presenter }: Operation): Promise<void> {
  const answer = (await gateway.get('/api/v1/strategies')) as { readonly strategies: readonly StrategyAnswer[] };
  presenter.show(answer, ({ strategies: rows }) =>
    presenter.table(
      rows,
      [
        { title: 'strategy', of: (row) => row.strategy_id },
        { title: 'type', of: (row) => row.type },
        {
          title: 'status',
          of: (row) => row.status,
          tone: (row) => (row.status === 'running' ? 'good' : row.status === 'error' ? 'bad' : 'dim'),
        },
        { title: 'account', of: (row) => `${dash(row.account)}${row.paper_trading ? ' (paper)' : ''}` },
        { title: 'orders', of: (row) => String(row.performance.orders_submitted), align: 'right' },
        { title: 'refused', of: (row) => String(row.performance.orders_refused), align: 'right' },
        { title: 'fills', of: (row) => String(row.performance.fills), align: 'right' },
        {
          title: 'P&L today',
          of: (row) => dash(row.performance.daily_pnl_usd),
          align: 'right',
          tone: (row) => signTone(row.performance.daily_pnl_usd),
        },
        { title: 'reason', of: (row) => dash(row.reason) },
      ],
      'no strategy is loaded',
    ),
  );
}
