import { plainPainter } from '../terminal/terminal.js';
import { draw, share } from './draw.js';
import { EventReader } from './event-source.js';
import { ViewState } from './view-state.js';

const order = (id: string, status = 'open') => ({
  order_id: id,
  account: 'main',
  strategy_id: 'market_maker_btc_with_a_long_name',
  symbol: 'BTC-PERP',
  instrument_id: 'hyperliquid_BTC-PERP',
  side: 'buy',
  price: '60000.5',
  quantity: '0.02',
  filled_quantity: '0',
  status,
  state: 'working',
  reason: null,
  created_at: '2026-01-01T00:00:00.000Z',
});
const fill = {
  at: '2026-01-01T00:00:01.000Z',
  strategy_id: 'mm',
  symbol: 'BTC-PERP',
  side: 'sell',
  price: '60000',
  quantity: '0.02',
  fee: '0.1',
  liquidity: 'maker',
};

function busyState(): ViewState {
  const state = new ViewState();
  state.trouble = '';
  for (let at = 0; at < 40; at += 1) {
    state.apply({ name: 'order', data: { order: order(`o${String(at)}`) } });
    state.apply({ name: 'fill', data: fill });
    const book = {
      exchange: 'hyperliquid',
      symbol: `C${String(at)}-PERP`,
      instrument_id: `hyperliquid_C${String(at)}-PERP`,
      valid: at % 2 === 0,
      bid: '1',
      bid_quantity: '2',
      ask: '1.1',
      ask_quantity: '3',
    };
    state.apply({ name: 'book', data: book });
  }
  return state;
}

describe('the live view', () => {
  it.each([
    [80, 24],
    [60, 16],
    [200, 60],
    [40, 10],
  ])('fits into %d by %d', (columns, rows) => {
    const lines = draw(busyState(), {
      columns,
      rows,
      colour: plainPainter,
      time: '00:00:00 UTC',
      source: 'http://127.0.0.1:8080',
    });
    expect(lines.length).toBeLessThanOrEqual(rows);
    expect(Math.max(...lines.map((text) => text.length))).toBeLessThanOrEqual(columns);
    expect(lines.at(-1)).toContain('q ends');
  });

  it('forgets an order that is final and counts every fill', () => {
    const state = new ViewState();
    state.apply({ name: 'order', data: { order: order('a') } });
    state.apply({ name: 'order', data: { order: order('a', 'final') } });
    state.apply({ name: 'fill', data: fill });
    expect([state.orders.size, state.fillCount]).toEqual([0, 1]);
  });

  it('gives rows nobody wants to those who do', () => {
    expect(
      share(
        [
          { wanted: 1, weight: 5 },
          { wanted: 20, weight: 1 },
        ],
        10,
      ),
    ).toEqual([1, 9]);
    expect(
      share(
        [
          { wanted: 9, weight: 1 },
          { wanted: 9, weight: 1 },
        ],
        4,
      ),
    ).toEqual([2, 2]);
  });
});

describe('reading server-sent events', () => {
  it('gives whole events however the text is cut', () => {
    const text =
      'event: fill\ndata: {"a":1}\n\n: heartbeat\n\nevent: pnl\r\ndata: [2]\r\n\r\nevent: x\ndata: broken\n\n';
    for (let cut = 1; cut < text.length; cut += 1) {
      const reader = new EventReader();
      const events = [...reader.read(text.slice(0, cut)), ...reader.read(text.slice(cut))];
      expect(events).toEqual([
        { name: 'fill', data: { a: 1 } },
        { name: 'pnl', data: [2] },
      ]);
    }
  });

  it('does not grow without bound', () => {
    expect(() => new EventReader().read('data: '.padEnd(5_000_000, 'x'))).toThrow('longer than any of ours');
  });
});
