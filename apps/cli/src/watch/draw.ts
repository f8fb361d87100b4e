import type { ServiceAnswer } from '../gateway/answers.js';
import type { Painter, Tone } from '../terminal/terminal.js';
import type { ViewState } from './view-state.js';

export interface Canvas {
  readonly columns: number;
  readonly rows: number;
  readonly colour: Painter;
  /** Wall clock as people read it. */
  readonly time: string;
  readonly source: string;
}

/** A cell of a line: text, width (negative: to the right), and how it is painted. */
type Cell = readonly [text: string, width: number, tone?: Tone];

const fit = (text: string, width: number): string => {
  const size = Math.abs(width);
  const cut = text.length > size ? `${text.slice(0, Math.max(0, size - 1))}…` : text;
  return width < 0 ? cut.padStart(size) : cut.padEnd(size);
};

/** One line of cells, cut at the edge before it is painted, so that no colour is ever cut. */
function line(canvas: Canvas, cells: readonly Cell[]): string {
  let left = canvas.columns;
  const parts: string[] = [];
  for (const [text, width, tone] of cells) {
    if (left <= 0) break;
    const shown = fit(text, width).slice(0, left);
    parts.push(canvas.colour(tone ?? 'plain', shown));
    left -= shown.length + 1;
  }
  return parts.join(' ');
}

const title = (canvas: Canvas, text: string): string =>
  canvas.colour(
    'dim',
    fit(`─ ${text} ${'─'.repeat(canvas.columns)}`, canvas.columns).slice(0, canvas.columns - 1) + '─',
  );
const sideTone = (side: string): Tone => (side === 'buy' || side === 'long' ? 'good' : 'bad');
const signTone = (value: string | null): Tone =>
  value === null || value === '' ? 'dim' : value.startsWith('-') ? 'bad' : 'good';
const dash = (value: string | null | undefined): string =>
  value === null || value === undefined || value === '' ? '-' : value;
/** Money to the cent is enough to look at. */
const cents = (value: string | null | undefined): string => dash(value).replace(/^(-?\d+\.\d{2})\d+$/, '$1');

/** The whole screen, never more lines than there are rows nor wider than the columns. Pure. */
export function draw(state: ViewState, canvas: Canvas): readonly string[] {
  const head = [...header(state, canvas)];
  const books = [...state.books.values()].sort(
    (a, b) => a.symbol.localeCompare(b.symbol) || b.exchange.localeCompare(a.exchange),
  );
  const orders = [...state.orders.values()].sort((a, b) => b.created_at.localeCompare(a.created_at));
  const sections = [
    { title: 'books', rows: books.map((book) => bookLine(canvas, book)), share: 3, empty: 'no book yet' },
    {
      title: 'strategies: orders, refused, fills, net today',
      rows: state.strategies.map((row) => strategyLine(canvas, row, state)),
      share: 2,
      empty: 'no strategy is loaded',
    },
    { title: 'positions', rows: state.positions.map((row) => positionLine(canvas, row)), share: 2, empty: 'flat' },
    {
      title: `open orders (${String(orders.length)})`,
      rows: orders.map((order) => orderLine(canvas, order)),
      share: 3,
      empty: 'none',
    },
    {
      title: `fills (${String(state.fillCount)} since you look)`,
      rows: state.fills.map((fill) => fillLine(canvas, fill)),
      share: 3,
      empty: 'none yet',
    },
  ];
  const free = canvas.rows - head.length - 1 - sections.length;
  const heights = share(
    sections.map(({ rows, share: weight }) => ({ wanted: Math.max(1, rows.length), weight })),
    Math.max(0, free),
  );
  const body = sections.flatMap((section, at) => {
    const rows = section.rows.length === 0 ? [canvas.colour('dim', `  ${section.empty}`)] : section.rows;
    return [title(canvas, section.title), ...rows.slice(0, heights[at] ?? 0)];
  });
  const foot = line(canvas, [[`q ends · ${canvas.source}`, canvas.columns, 'dim']]);
  return [...head, ...body].slice(0, canvas.rows - 1).concat(foot);
}

/** Shares rows out by weight; what a section does not want goes to the others. */
export function share(
  sections: readonly { readonly wanted: number; readonly weight: number }[],
  rows: number,
): readonly number[] {
  const given = sections.map(() => 0);
  let left = rows;
  while (left > 0) {
    const hungry = sections
      .map((section, at) => ({
        at,
        need: section.wanted - (given[at] ?? 0),
        claim: section.weight / ((given[at] ?? 0) + 1),
      }))
      .filter(({ need }) => need > 0);
    const [next] = hungry.sort((a, b) => b.claim - a.claim);
    if (next === undefined) break;
    given[next.at] = (given[next.at] ?? 0) + 1;
    left -= 1;
  }
  return given;
}

function* header({ status, trouble, pnl }: ViewState, canvas: Canvas): Generator<string> {
  const isKilled = status?.kill_switch?.active === true;
  const state = isKilled
    ? 'KILLED'
    : status === undefined
      ? 'unknown'
      : status.trading_enabled
        ? 'enabled'
        : 'disabled';
  const tone: Tone = isKilled ? 'bad' : status?.trading_enabled === true ? 'good' : 'warn';
  const net = pnl.map((row) => Number(row.net)).reduce((sum, value) => sum + value, 0);
  yield line(canvas, [
    ['argosy', 6, 'strong'],
    [`trading ${state}`, 18, tone],
    [
      `net ${net.toLocaleString('en-GB', { minimumFractionDigits: 2, maximumFractionDigits: 2 })} USD`,
      22,
      net < 0 ? 'bad' : 'good',
    ],
    [`${String(status?.market_data?.messages_per_second ?? '-')} msg/s`, 14],
    [canvas.time, -(canvas.columns - 64), 'dim'],
  ]);
  const exchanges = Object.entries(status?.exchanges ?? {}).map(
    ([id, row]) => `${id} ${row.status}${row.latency_ms === null ? '' : ` ${String(Math.round(row.latency_ms))} ms`}`,
  );
  const pairs = Object.entries(status?.services ?? {}).filter(
    ([, { epoch, status: state }]) => (epoch ?? 0) > 0 || state === 'unreachable',
  );
  if (pairs.length > 0) yield line(canvas, [[pairs.map(pairText).join(' · '), canvas.columns, 'dim']]);
  const problems = trouble === '' ? (status?.degraded ?? []) : [trouble];
  if (isKilled)
    yield line(canvas, [
      [`kill switch: ${dash(status.kill_switch.reason)} (${dash(status.kill_switch.by)})`, canvas.columns, 'bad'],
    ]);
  if (problems.length > 0) yield line(canvas, [[problems.join('; '), canvas.columns, 'warn']]);
  else yield line(canvas, [[exchanges.join(' · '), canvas.columns, 'dim']]);
}

/** Who leads under which epoch, and who would take over: `execution e3 12682+12701`. */
const pairText = ([name, row]: [string, ServiceAnswer]): string =>
  `${name} ${row.status === 'unreachable' ? 'AWAY' : `e${String(row.epoch ?? 0)} ${String(row.pid ?? '-')}`}${row.standby ? `+${String(row.standby.pid)}` : ''}`;

const spreadBps = (bid: string | null, ask: string | null): string => {
  if (bid === null || ask === null) return '-';
  const bps = ((Number(ask) - Number(bid)) / Number(bid)) * 10_000;
  return `${bps.toLocaleString('en-GB', { maximumFractionDigits: 1, minimumFractionDigits: 1 })} bp`;
};

const bookLine = (canvas: Canvas, book: Parameters<ViewState['books']['set']>[1]): string =>
  line(canvas, [
    [`  ${book.symbol}`, 14],
    [book.exchange, 13, 'dim'],
    [dash(book.bid_quantity), -9, 'dim'],
    [dash(book.bid), -11, 'good'],
    [dash(book.ask), 11, 'bad'],
    [dash(book.ask_quantity), 9, 'dim'],
    book.valid ? [spreadBps(book.bid, book.ask), -7] : ['STALE', -7, 'warn'],
  ]);

const strategyLine = (canvas: Canvas, row: ViewState['strategies'][number], { pnl }: ViewState): string => {
  const net = pnl.find(({ group }) => group === row.strategy_id)?.net ?? row.performance.daily_pnl_usd;
  return line(canvas, [
    [`  ${row.strategy_id}`, 26],
    [row.status, 9, row.status === 'running' ? 'good' : row.status === 'error' ? 'bad' : 'dim'],
    [String(row.performance.orders_submitted), -7],
    [String(row.performance.orders_refused), -7, 'dim'],
    [String(row.performance.fills), -7],
    [cents(net), -14, signTone(net)],
  ]);
};

const positionLine = (canvas: Canvas, row: ViewState['positions'][number]): string =>
  line(canvas, [
    [`  ${row.symbol}`, 14],
    [dash(row.strategy_id), 20, 'dim'],
    [row.side, 5, sideTone(row.side)],
    [row.quantity, -12],
    [cents(row.mark_price), -11, 'dim'],
    [cents(row.unrealized_pnl), -12, signTone(row.unrealized_pnl)],
  ]);

const orderLine = (canvas: Canvas, order: Parameters<ViewState['orders']['set']>[1]): string =>
  line(canvas, [
    [`  ${order.symbol}`, 14],
    [dash(order.strategy_id), 20, 'dim'],
    [order.side, 4, sideTone(order.side)],
    [order.quantity, -10],
    [order.price, -11],
    [order.state, 14, 'dim'],
  ]);

const fillLine = (canvas: Canvas, fill: ViewState['fills'][number]): string =>
  line(canvas, [
    [`  ${fill.at.slice(11, 19)}`, 10, 'dim'],
    [fill.symbol, 12],
    [fill.side, 4, sideTone(fill.side)],
    [fill.quantity, -10],
    [fill.price, -11],
    [fill.liquidity, 5, 'dim'],
    [dash(fill.strategy_id), 20, 'dim'],
  ]);
