/** Answers as they look, for the OpenAPI document. */
const EXCHANGE = { status: 'connected', latency_ms: 12.4, reason: null, market_data: { status: 'connected', latency_ms: 12.4, reason: null }, trading: [] };
const ORDER = {
  order_id: '00010001000000010000000000000001', venue_order_id: '4711', exchange: 'hyperliquid', account: 'main', account_kind: 'live',
  strategy_id: 'market_maker_btc', symbol: 'BTC-PERP', instrument_id: 'hyperliquid_BTC-PERP', side: 'buy', price: '60000', quantity: '0.1',
  filled_quantity: '0', average_fill_price: null, time_in_force: 'post_only', reduce_only: false, status: 'open', state: 'working', reason: '',
  external: false, created_at: '2026-01-01T00:00:00.000Z', updated_at: '2026-01-01T00:00:00.000Z',
};
const STRATEGY = {
  strategy_id: 'market_maker_btc', name: 'Market maker BTC', type: 'market_maker', status: 'running', reason: null, exchanges: ['hyperliquid'],
  symbols: ['BTC-PERP'], account: 'main', paper_trading: false, config_version: '1', started_at: '2026-01-01T00:00:00.000Z',
  performance: { daily_pnl_usd: '12.5', orders_submitted: 10, orders_refused: 0, fills: 3 }, config: { parameters: { spread_bps: 15 } },
};
const SWITCH = { active: false, reason: null, by: null, since: null };
const TRADING = { trading_enabled: true, new_signals_enabled: true, trading_state: 'known', kill_switch: SWITCH };
const PNL = { group: 'total', currency: 'USDC', realised: '10', unrealised: '2', funding: '0.5', fee: '-1', slippage: '-0.2', rebate: '0.1', net: '11.6' };

export const EXAMPLES = {
  status: {
    system: 'argosy', version: '0.1.0', role: 'primary', status: 'healthy', degraded: [], time: '2026-01-01T00:00:00.000Z', ...TRADING,
    exchanges: { hyperliquid: EXCHANGE }, strategies: [{ strategy_id: 'market_maker_btc', status: 'running' }],
    services: { risk: { status: 'ready', role: 'primary', epoch: 1, conditions: [] } },
    market_data: { messages_per_second: 120.5, feeds_live: 3, feeds_total: 3 },
  },
  health: { status: 'healthy', ready: true },
  positions: {
    positions: [{
      account: 'main', account_kind: 'live', strategy_id: 'market_maker_btc', exchange: 'hyperliquid', symbol: 'BTC-PERP',
      instrument_id: 'hyperliquid_BTC-PERP', side: 'long', quantity: '0.1', average_price: '60000', mark_price: '60010', notional: '6001',
      unrealized_pnl: '1', opened_at: '2026-01-01T00:00:00.000Z',
    }],
  },
  orders: { orders: [ORDER] },
  order: { order: ORDER },
  cancelAll: { cancel_requested: [ORDER.order_id], count: 1 },
  trades: {
    trades: [{
      trade_id: 'f1', order_id: ORDER.order_id, account: 'main', account_kind: 'live', strategy_id: 'market_maker_btc', exchange: 'hyperliquid',
      symbol: 'BTC-PERP', instrument_id: 'hyperliquid_BTC-PERP', side: 'buy', price: '60000', quantity: '0.1', fee: '0.9', fee_asset: 'USDC',
      liquidity: 'maker', realized_pnl: '0', time: '2026-01-01T00:00:00.000Z', chain_sequence: 7,
    }],
  },
  dailyStats: { day: '2026-01-01', trades: 3, trades_more: false, pnl: [PNL] },
  pnl: { rows: [PNL] },
  integrity: { passed: true, message: 'Data integrity check: PASSED', problems: [], postings: 12, entries: 3, trial_balance: { USDC: '0' }, chain_valid: true, account_sequences: { main: 3 } },
  strategies: { strategies: [STRATEGY] },
  strategy: STRATEGY,
  unloaded: { strategy_id: 'market_maker_btc', unloaded: true },
  config: { ...TRADING, version: 3, exchanges: { hyperliquid: { enabled: true, trading: true, market_data: true } } },
  killSwitch: SWITCH,
  killed: {
    active: true, kill_id: '0f…', complete: true, cancel_requested: [ORDER.order_id], in_doubt: [],
    services: { execution: { ok: true, gate_shut_at: '2026-01-01T00:00:00.000Z', error: null }, risk: { ok: true, gate_shut_at: '2026-01-01T00:00:00.000Z', error: null } },
    strategies: { stopped: true, error: null },
  },
  resumed: { active: false },
  risk: {
    equity_usd: '100000', gross_exposure_usd: '6000', net_exposure_usd: '6000', leverage: '0.06', margin_ratio: '12', drawdown: '0.001', open_orders: 2,
    in_doubt_orders: 0, violations: { price_outside_collar: 1 }, limits: [{ name: 'max_order_value_usd', scope: 'fleet', limit: '10000', used: null }],
  },
  reconnecting: { exchange: 'hyperliquid', reconnecting: true },
  audit: { entries: [{ sequence: 1, at: '2026-01-01T00:00:00.000Z', phase: 'intent', actor: 'alice', action: 'config.set', decision: 'allowed' }], chain: { valid: true, entries: 1, head_hash: 'ab…' } },
} as const;
