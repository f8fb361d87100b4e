import {
  emptyCodec,
  orderAcceptedCodec,
  type OrderSubmission,
  strategyLimitsCodec,
  subjects,
  submitOrderCodec,
} from '@argosy/contracts';
import { accountId, instrumentId, orderRequestId, parsePrice, parseQuantity, strategyId } from '@argosy/domain';
import { NatsMessageBus } from '@argosy/platform-messaging';
import { SilentLogger, SilentMetrics } from '@argosy/platform-port';
import { SystemClock, SystemRandom, SystemTimers } from '@argosy/platform-runtime';
import { argosy, type Ended, eventually, LocalFleet } from './testing/local-fleet.js';

interface Book {
  readonly levels: readonly [readonly { readonly px: string }[], readonly { readonly px: string }[]];
}

describe('a fleet that people steer', () => {
  let fleet: LocalFleet;
  let url = '';
  let bus: NatsMessageBus;
  let exchangeUrl = '';
  const told = (...args: readonly string[]): Promise<Ended> => argosy(...args, '--url', url);
  const json = async (...args: readonly string[]): Promise<unknown> =>
    JSON.parse((await told(...args, '-o', 'json')).out) as unknown;
  const info = async (body: object): Promise<unknown> => {
    const answer = await fetch(`${exchangeUrl}/info`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return answer.json();
  };

  beforeAll(async () => {
    fleet = await LocalFleet.up({ name: 'e2e-steer', options: ['--seed', '13'] });
    await fleet.says('first fill');
    url = fleet.urlOf('ops-gateway');
    exchangeUrl = `http://127.0.0.1:${String(fleet.ports.exchange)}`;
    bus = await NatsMessageBus.connect(
      {
        servers: `nats://127.0.0.1:${String(fleet.ports.nats)}`,
        service: 'strategy-host',
        password: fleet.natsPasswords['strategy-host'],
      },
      {
        clock: new SystemClock(),
        timers: new SystemTimers(),
        random: new SystemRandom(),
        logger: new SilentLogger(),
        metrics: new SilentMetrics(),
      },
    );
    // Limits of a strategy stand before those of the fleet: one that may everything shows the fleet's.
    const limits = { strategyId: 'generous', maxPositionUsd: '1000000', maxOrderSizeUsd: '1000000' };
    await bus.request(subjects.riskStrategyLimits, strategyLimitsCodec, emptyCodec, limits, { timeoutMs: 5_000 });
  }, 90_000);

  afterAll(async () => {
    await bus.close();
    const { code } = await fleet.down();
    expect(code).toBe(0);
  }, 60_000);

  const generous = { strategyId: strategyId('generous') };
  let sent = 0;
  /** An order of the running market maker that would be fine, well behind the market, but for the overrides. */
  async function refusalOf(overrides: (bid: number) => Partial<OrderSubmission>): Promise<string> {
    const { levels } = (await info({ type: 'l2Book', coin: 'BTC' })) as Book;
    const bid = Math.trunc(Number(levels[0][0]?.px ?? '0'));
    sent += 1;
    const order: OrderSubmission = {
      orderRequestId: orderRequestId(`e2e-${String(sent)}-${String(process.pid)}`),
      strategyId: strategyId('market_maker_btc'),
      accountId: accountId('main'),
      venue: 'hyperliquid',
      instrumentId: instrumentId('hyperliquid_BTC-PERP'),
      side: 'buy',
      quantity: parseQuantity('0.005'),
      limitPrice: parsePrice(String(bid - 100)),
      timeInForce: 'gtc',
      reduceOnly: false,
      provenance: { strategyVersion: 'e2e', configVersion: 'e2e', modelVersion: '', instrumentVersion: 1 },
      ...overrides(bid),
    };
    const subject = subjects.orderSubmit(order.venue, order.accountId, order.strategyId);
    const result = await bus.request(subject, submitOrderCodec, orderAcceptedCodec, order, { timeoutMs: 5_000 });
    return result.ok ? 'accepted' : result.refusal.code;
  }

  const bad: ReadonlyArray<[string, string, (bid: number) => Partial<OrderSubmission>]> = [
    [
      'a value above the fleet’s limit',
      'order_value_above_limit',
      () => ({ ...generous, quantity: parseQuantity('0.1') }),
    ],
    ['a value above the strategy’s limit', 'strategy_order_above_limit', () => ({ quantity: parseQuantity('0.05') })],
    [
      'a price outside the collar',
      'price_outside_collar',
      (bid) => ({ limitPrice: parsePrice(String(Math.trunc(bid / 2))), quantity: parseQuantity('0.005') }),
    ],
    ['a strategy nobody set limits for', 'strategy_limits_unset', () => ({ strategyId: strategyId('stranger') })],
    ['an account that is none', 'account_unknown', () => ({ accountId: accountId('nobody') })],
    [
      'an instrument that is none',
      'instrument_unknown',
      () => ({ instrumentId: instrumentId('hyperliquid_NONE-PERP') }),
    ],
    ['a price between ticks', 'invalid_tick_size', (bid) => ({ limitPrice: parsePrice(`${String(bid - 100)}.5`) })],
    ['a size between lots', 'invalid_lot_size', () => ({ quantity: parseQuantity('0.0050001') })],
  ];
  it.each(bad)('RK-1 EX-2 refuses %s: %s', async (_what, code, overrides) => {
    expect(await refusalOf(overrides)).toBe(code);
  });

  it('RK-3 I-14 kills by command, proves it at the exchange, refuses to enable until resumed', async () => {
    const killed = await told('kill', 'e2e drill');
    expect({ code: killed.code, out: killed.out }).toMatchObject({
      code: 0,
      out: expect.stringContaining('KILL SWITCH ACTIVE: e2e drill') as unknown,
    });
    const user = '0x14791697260E4c9A71f18484C9f997B308e59325';
    await eventually('every order to be gone from the exchange', async () =>
      ((await info({ type: 'openOrders', user })) as unknown[]).length === 0 ? true : undefined,
    );
    expect(await json('status')).toMatchObject({
      trading_enabled: false,
      kill_switch: { active: true, reason: 'e2e drill', by: 'local' },
    });
    expect(await refusalOf(() => ({}))).toBe('kill_switch_active');
    expect(await told('enable')).toMatchObject({
      code: 3,
      err: expect.stringContaining('kill_switch_active') as unknown,
    });
    expect((await told('health')).code).toBe(1);
    expect((await told('resume', 'e2e drill is over')).code).toBe(0);
    expect((await told('enable')).code).toBe(0);
    expect(await json('status')).toMatchObject({ trading_enabled: true, kill_switch: { active: false } });
  }, 60_000);

  it('OP-2 lets nobody act without a signature', async () => {
    const answer = await fetch(`${url}/api/v1/killswitch`, { method: 'POST', body: '{"reason":"anybody"}' });
    expect(answer.status).toBe(401);
  });

  it('FL-1 refuses a second fleet in the same folder', async () => {
    const second = await argosy('up', '--name', fleet.name, '--port', '0');
    expect(second).toMatchObject({ code: 2, err: expect.stringContaining('FLEET_ALREADY_RUNNING') as unknown });
  });
});
