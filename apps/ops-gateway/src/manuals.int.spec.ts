import { subjects } from '@argosy/contracts';
import { type Gateway, startGateway } from './testing/gateway-fixture.js';

const OPEN_ORDER = '00010001000000010000000000000001';
const FILLED_ORDER = '00010001000000010000000000000002';
const CANCELLED_ORDER = '00010001000000010000000000000003';

describe('the procedures of the manuals, over real HTTP (OP-1)', () => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await startGateway();
  });
  afterAll(async () => {
    await gateway.service.stop();
  });

  it('tells everything in one call: .role, .trading_enabled, .exchanges.X.status and .latency_ms, .strategies (FL-7)', async () => {
    const { status, json, headers } = await gateway.get('/api/v1/status');
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(json.role).toBe('primary');
    expect(json.trading_enabled).toBe(false);
    expect(json.exchanges.hyperliquid.status).toBe('connected');
    expect(json.exchanges.hyperliquid.latency_ms).toBe(12.35);
    expect(json.kill_switch).toEqual({ active: false, reason: null, by: null, since: null, kill_id: null });
    expect(json.strategies).toEqual([{ strategy_id: 'market_maker_btc', status: 'stopped' }]);
    expect({ status: json.status, degraded: json.degraded }).toEqual({ status: 'healthy', degraded: [] });
  });

  it('enables trading and shows it at once', async () => {
    const changed = await gateway.send('POST', '/api/v1/config', { trading_enabled: true });
    expect(changed.status).toBe(200);
    expect(changed.json.trading_enabled).toBe(true);
    expect((await gateway.get('/api/v1/status')).json.trading_enabled).toBe(true);
    expect(gateway.fleet.messages(subjects.tradingConfigure)).toEqual([
      { tradingEnabled: true, newSignalsEnabled: undefined, actor: 'local-demo', reason: 'trading_enabled=true' },
    ]);
  });

  it('blocks new signals with PUT and leaves trading as it is', async () => {
    const { json } = await gateway.send('PUT', '/api/v1/config', { new_signals_enabled: false, reason: 'shutdown' });
    expect(json).toMatchObject({ trading_enabled: true, new_signals_enabled: false });
    await gateway.send('PUT', '/api/config', { new_signals_enabled: true });
  });

  it('lists, starts, configures, stops and unloads strategies', async () => {
    const started = await gateway.send('POST', '/api/v1/strategies/market_maker_btc/start');
    expect(started.json.status).toBe('running');
    const { json } = await gateway.get('/api/v1/strategies');
    const running = json.strategies.filter((strategy: { status: string }) => strategy.status === 'running');
    expect(running.map((strategy: { strategy_id: string }) => strategy.strategy_id)).toEqual(['market_maker_btc']);
    expect(json.strategies[0].performance.daily_pnl_usd).toBe('9');
    expect(json.strategies[0].exchanges).toContain('binance');
    const configured = await gateway.send('PUT', '/api/v1/strategies/market_maker_btc/config', {
      parameters: { spread_bps: 15, order_size: 0.2 },
    });
    expect(configured.status).toBe(200);
    expect((await gateway.get('/api/v1/strategies/market_maker_btc')).json.config.parameters).toEqual({
      spread_bps: 15,
      order_size: 0.2,
    });
    const busy = await gateway.send('DELETE', '/api/v1/strategies/market_maker_btc');
    expect({ status: busy.status, code: busy.json.error.code }).toEqual({ status: 409, code: 'conflict' });
    const stopped = await gateway.send('POST', '/api/v1/strategies/market_maker_btc/stop', {
      cancel_orders: true,
      force: true,
    });
    expect(stopped.json.status).toBe('stopped');
    expect(gateway.fleet.messages(subjects.strategyStop)).toEqual([
      { strategyId: 'market_maker_btc', cancelOrders: true, force: true, actor: 'local-demo', reason: '' },
    ]);
    const loaded = await gateway.send('POST', '/api/v1/strategies/load', {
      config_file: 'config/strategies/my_new_strategy.json',
    });
    expect(loaded.json).toMatchObject({ strategy_id: 'my_new_strategy', status: 'stopped' });
    const paper = await gateway.send('PUT', '/api/v1/strategies/my_new_strategy/config', { paper_trading: true });
    expect(paper.json.paper_trading).toBe(true);
    const unloaded = await gateway.send('DELETE', '/api/v1/strategies/my_new_strategy');
    expect(unloaded.json).toEqual({ strategy_id: 'my_new_strategy', unloaded: true });
    expect((await gateway.get('/api/v1/strategies/my_new_strategy')).status).toBe(404);
  });

  it('lists open orders by .orders[].order_id and cancels each (EX-5)', async () => {
    const { json } = await gateway.get('/api/v1/orders?status=open');
    expect(json.orders.map((order: { order_id: string }) => order.order_id)).toEqual([OPEN_ORDER]);
    const cancelled = await gateway.send('DELETE', `/api/v1/orders/${OPEN_ORDER}`);
    expect({ status: cancelled.status, state: cancelled.json.order.state }).toEqual({
      status: 200,
      state: 'cancel_pending',
    });
    const again = await gateway.send('DELETE', `/api/v1/orders/${CANCELLED_ORDER}`);
    expect({ status: again.status, state: again.json.order.state }).toEqual({ status: 200, state: 'cancelled' });
    const filled = await gateway.send('DELETE', `/api/v1/orders/${FILLED_ORDER}`);
    expect({ status: filled.status, code: filled.json.error.code }).toEqual({ status: 409, code: 'order_final' });
    const unknown = await gateway.send('DELETE', `/api/v1/orders/${'f'.repeat(32)}`);
    expect({ status: unknown.status, code: unknown.json.error.code }).toEqual({ status: 404, code: 'order_unknown' });
  });

  it.each([
    ['/api/v1/orders?exchange=hyperliquid&status=open', 1],
    ['/api/v1/orders?exchange=binance&status=open', 0],
    ['/api/v1/orders?symbol=BTC-PERP', 3],
    ['/api/v1/orders?symbol=hyperliquid_BTC-PERP&status=final', 2],
    ['/api/v1/orders?limit=2', 2],
  ])('%s finds %s orders', async (target, expected) => {
    expect((await gateway.get(target)).json.orders).toHaveLength(expected);
  });

  it('cancels all of an exchange by looking up whose they are, and everything without asking', async () => {
    expect((await gateway.send('POST', '/api/trades/orders/cancel-all')).json).toEqual({
      cancel_requested: [OPEN_ORDER],
      count: 1,
    });
    expect(
      (await gateway.send('POST', '/api/v1/orders/cancel-all', { exchange: 'hyperliquid', reason: 'maintenance' })).json
        .count,
    ).toBe(1);
    expect((await gateway.send('POST', '/api/v1/orders/cancel-all', { exchange: 'binance' })).json.count).toBe(0);
    expect(gateway.fleet.messages(subjects.orderCancelAll('all'))).toHaveLength(1);
    expect(gateway.fleet.messages(subjects.orderCancelAll('main'))).toEqual([
      {
        accountId: 'main',
        strategyId: '',
        instrumentId: 'hyperliquid_BTC-PERP',
        reason: 'cancel-all by local-demo: maintenance',
      },
    ]);
  });

  it('shows positions, trades, profit and loss, risk and the proof of the books', async () => {
    expect((await gateway.get('/api/v1/positions')).json.positions[0]).toMatchObject({
      side: 'short',
      quantity: '-0.5',
      mark_price: null,
    });
    expect((await gateway.get('/api/trades?limit=2')).json.trades).toHaveLength(2);
    expect((await gateway.get('/api/trades/stats/daily')).json).toMatchObject({
      trades: 3,
      pnl: [{ net: '9', unrealised: null }],
    });
    expect((await gateway.get('/api/v1/pnl?group_by=strategy')).json.rows[0].group).toBe('market_maker_btc');
    expect((await gateway.get('/api/v1/risk/summary')).json).toMatchObject({
      equity_usd: null,
      violations: { price_outside_collar: 2 },
    });
    expect((await gateway.get('/api/v1/integrity')).json.message).toBe('Data integrity check: PASSED');
    expect((await gateway.get('/api/v1/config')).json.exchanges).toEqual({
      hyperliquid: { enabled: true, trading: true, market_data: true },
    });
  });

  it('reconnects an exchange, and knows which there are (MD-2)', async () => {
    expect((await gateway.send('POST', '/api/v1/exchanges/binance/reconnect')).json).toEqual({
      exchange: 'binance',
      reconnecting: true,
    });
    const unknown = await gateway.send('POST', '/api/v1/exchanges/mtgox/reconnect');
    expect({ status: unknown.status, code: unknown.json.error.code }).toEqual({
      status: 404,
      code: 'exchange_unknown',
    });
  });

  it('kills, refuses to enable trading while killed with the way out, and resumes (RK-3)', async () => {
    const killed = await gateway.send('POST', '/api/v1/killswitch', { reason: 'Emergency stop - drill' });
    expect(killed.status).toBe(200);
    expect(killed.json).toMatchObject({
      active: true,
      complete: true,
      cancel_requested: [OPEN_ORDER],
      strategies: { stopped: true },
    });
    expect(killed.json.services).toMatchObject({ execution: { ok: true }, risk: { ok: true } });
    expect((await gateway.get('/api/v1/killswitch')).json).toMatchObject({
      active: true,
      reason: 'Emergency stop - drill',
      by: 'local-demo',
    });
    const refused = await gateway.send('POST', '/api/v1/config', { trading_enabled: true });
    expect({ status: refused.status, code: refused.json.error.code }).toEqual({
      status: 409,
      code: 'kill_switch_active',
    });
    expect(refused.json.error.fix).toContain('argosy resume');
    const resumed = await gateway.send('POST', '/api/v1/killswitch/resume', { reason: 'drill over' });
    expect(resumed.json).toEqual({ active: false });
    expect((await gateway.send('POST', '/api/v1/config', { trading_enabled: true })).status).toBe(200);
  });

  it('answers /health, /metrics and /api/health to everybody, and documents itself', async () => {
    expect((await gateway.get('/health')).status).toBe(200);
    expect((await gateway.get('/health/ready')).json.ready).toBe(true);
    expect((await gateway.get('/api/health')).json).toEqual({ status: 'healthy', ready: true });
    const metrics = (await gateway.get('/metrics')).text;
    expect(metrics).toContain('http_requests_total{');
    expect(metrics).toContain('http_request_duration_seconds_bucket{');
    expect(metrics).toMatch(/system_health(\{[^}]*\})? 1/);
    const document = (await gateway.get('/api/docs-json')).json;
    expect(Object.keys(document.paths)).toEqual(
      expect.arrayContaining(['/api/v1/status', '/api/v1/orders/{id}', '/api/v1/killswitch']),
    );
    expect((await gateway.get('/api/docs')).text).toContain('swagger');
  });

  it('has written down every command, before and after, in a chain that verifies (I-47, I-48)', async () => {
    const { json } = await gateway.send('GET', '/api/v1/audit?limit=1000');
    expect(json.chain.valid).toBe(true);
    const intents = json.entries.filter((entry: { phase: string }) => entry.phase === 'intent');
    const outcomes = json.entries.filter((entry: { phase: string }) => entry.phase === 'outcome');
    expect(intents.length).toBeGreaterThan(15);
    expect(outcomes.map((entry: { request_id: string }) => entry.request_id).sort()).toEqual(
      intents.map((entry: { request_id: string }) => entry.request_id).sort(),
    );
    expect(json.entries).toContainEqual(
      expect.objectContaining({
        action: 'config.set',
        actor: 'local-demo',
        role: 'admin',
        decision: 'refused',
        reason: 'kill_switch_active',
      }),
    );
  });
});
