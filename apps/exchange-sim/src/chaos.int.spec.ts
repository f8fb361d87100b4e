import {
  accountId,
  approve,
  Fault,
  type Fill,
  type Instrument,
  makeClientOrderId,
  msToNs,
  orderRequestId,
  parsePrice,
  parseQuantity,
  strategyId,
} from '@argosy/domain';
import { SilentLogger } from '@argosy/platform-port';
import {
  NodeWebSocketClient,
  SystemClock,
  SystemRandom,
  SystemTimers,
  UndiciHttpClient,
} from '@argosy/platform-runtime';
import { createHyperliquidTrading, type HyperliquidTrading } from '@argosy/venue-hyperliquid';
import type { Placement, TradingHandlers, VenueOrderReport, VenueTrouble } from '@argosy/venue-port';
import { TestWallet, type TruthEntry } from '@argosy/exchange-wire';
import { eventually, type RunningSimulator, runSimulator } from './testing/run-simulator.js';

const KEY = `0x${'7'.repeat(64)}` as const;
const ACCOUNT = accountId('main');

describe("faults as the fleet's own adapter meets them over real sockets (EX-1, F-30, F-32, F-40)", () => {
  const wallet = new TestWallet(KEY);
  const clock = new SystemClock();
  const heard: { orders: VenueOrderReport[]; fills: Fill[]; troubles: VenueTrouble[]; links: string[] } = {
    orders: [],
    fills: [],
    troubles: [],
    links: [],
  };
  let sim: RunningSimulator;
  let http: UndiciHttpClient;
  let trading: HyperliquidTrading;
  let btc: Instrument;
  let sequence = 0;

  beforeAll(async () => {
    sim = await runSimulator('--account', wallet.address);
    http = new UndiciHttpClient({});
    trading = createHyperliquidTrading(
      {
        apiUrl: sim.url,
        wsUrl: sim.socketUrl,
        accountId: ACCOUNT,
        walletAddress: wallet.address,
        privateKey: KEY,
        network: 'testnet',
        answerTimeoutMs: 500,
      },
      {
        clock,
        timers: new SystemTimers(),
        random: new SystemRandom(),
        http,
        webSocket: new NodeWebSocketClient({}),
        logger: new SilentLogger(),
      },
    );
    const handlers: TradingHandlers = {
      onOrder: (report) => void heard.orders.push(report),
      onFill: (fill) => void heard.fills.push(fill),
      onFunding: () => undefined,
      onUnknown: () => undefined,
      onTrouble: (trouble) => void heard.troubles.push(trouble),
      onConnected: () => void heard.links.push('up'),
      onDisconnected: () => void heard.links.push('down'),
    };
    await trading.start(handlers);
    await eventually('connected', () => trading.connected || undefined);
    btc = (await trading.instruments()).find(({ symbol }) => symbol === 'BTC-PERP') as Instrument;
  });
  afterEach(() => fetch(`${sim.controlUrl}/faults`, { method: 'DELETE' }));
  afterAll(async () => {
    await trading.stop();
    await sim.stop();
    await http.close();
  });

  const put = async (id: string, rule: object): Promise<void> => {
    const answer = await fetch(`${sim.controlUrl}/faults/rules/${id}`, { method: 'PUT', body: JSON.stringify(rule) });
    expect(answer.status).toBe(200);
  };
  const truth = async (): Promise<readonly TruthEntry[]> =>
    ((await (await fetch(`${sim.controlUrl}/truth?limit=10000`)).json()) as { entries: TruthEntry[] }).entries;
  const acceptedOf = async ({ clientOrderId }: Placement): Promise<number> =>
    (await truth()).filter((entry) => entry.kind === 'order' && entry.cloid === `0x${clientOrderId}`).length;

  function aPlacement(): Placement {
    sequence += 1;
    const nowMs = Math.trunc(Number(clock.now() / 1_000_000n));
    const expiresAt = msToNs(nowMs + 5_000);
    const intent = {
      orderRequestId: orderRequestId(`r-${String(sequence)}`),
      strategyId: strategyId('maker'),
      accountId: ACCOUNT,
      venue: 'hyperliquid' as const,
      instrumentId: btc.id,
      side: 'buy' as const,
      quantity: parseQuantity('0.01'),
      limitPrice: parsePrice('40000'),
      timeInForce: 'post_only' as const,
      reduceOnly: false,
      accountKind: 'live' as const,
      provenance: { strategyVersion: '1', configVersion: '1', modelVersion: '', instrumentVersion: 1 },
      riskEpoch: 1,
      approvalExpiresAt: expiresAt,
    };
    const clientOrderId = makeClientOrderId({ fleet: 1, account: 2, epoch: 3, sequence: BigInt(sequence) });
    return {
      intent: approve(intent),
      instrument: btc,
      clientOrderId,
      nonce: BigInt(nowMs + sequence),
      expiresAt,
    };
  }
  const failureOf = async (placement: Placement): Promise<string> => {
    try {
      return (await trading.place([placement]))[0]?.outcome ?? 'nothing';
    } catch (error) {
      return error instanceof Fault ? error.code : String(error);
    }
  };

  it('an acceptance that is never told is in doubt, and the order lives', async () => {
    await put('silent', { fault: 'accept_then_timeout', count: 1 });
    const placement = aPlacement();
    expect(await failureOf(placement)).toBe('OUTCOME_UNKNOWN');
    expect(await acceptedOf(placement)).toBe(1);
    expect(await trading.orderStatus({ clientOrderId: placement.clientOrderId })).toMatchObject({ status: 'working' });
  });

  it('502 after it was done is in doubt too; 502 before leaves nothing behind', async () => {
    await put('after', { fault: 'error_after_accept', count: 1 });
    const [done, undone] = [aPlacement(), aPlacement()];
    expect(['OUTCOME_UNKNOWN', 'in_doubt']).toContain(await failureOf(done));
    expect(await acceptedOf(done)).toBe(1);
    await put('before', { fault: 'error_before_accept', target: { lane: 'request' }, count: 1 });
    expect(['OUTCOME_UNKNOWN', 'VENUE_UNAVAILABLE', 'in_doubt']).toContain(await failureOf(undone));
    expect(await acceptedOf(undone)).toBe(0);
  });

  it('a burnt nonce turns a request that was lost into one that can never land', async () => {
    await put('lost', { fault: 'drop', target: { lane: 'request' }, count: 1 });
    const placement = aPlacement();
    expect(await failureOf(placement)).toBe('OUTCOME_UNKNOWN');
    expect(await trading.burnNonce(placement.nonce)).toBe('burnt');
    expect(await acceptedOf(placement)).toBe(0);
  });

  it('an order that is not found yet is found later', async () => {
    await put('young', { fault: 'not_found', settings: { ms: 60_000 } });
    const placement = aPlacement();
    expect(await failureOf(placement)).toBe('working');
    const id = { clientOrderId: placement.clientOrderId };
    expect(await trading.orderStatus(id)).toBeUndefined();
    await fetch(`${sim.controlUrl}/faults/rules/young`, { method: 'DELETE' });
    expect(await trading.orderStatus(id)).toMatchObject({ status: 'working' });
  });

  it('an order trades while its cancel is under way, and the fill is told once', async () => {
    const placement = aPlacement();
    await trading.place([placement]);
    await put('race', { fault: 'fill_before_cancel', count: 1, settings: { share: 0.5 } });
    await put('twice', { fault: 'duplicate', target: { lane: 'private' } });
    const cancel = { ...aPlacement(), clientOrderId: placement.clientOrderId };
    expect(await trading.cancel([cancel])).toMatchObject([{ outcome: 'cancelled' }]);
    const mine = (): Fill[] => heard.fills.filter(({ clientOrderId }) => clientOrderId === placement.clientOrderId);
    await eventually('the fill', () => mine()[0]);
    expect(new Set(mine().map(({ fillId }) => fillId)).size).toBe(1);
  });

  it('a key that was removed is refused as such, and said', async () => {
    await put('gone', { fault: 'key_revoked', count: 1 });
    const placement = aPlacement();
    expect(await failureOf(placement)).not.toBe('working');
    expect(await acceptedOf(placement)).toBe(0);
  });

  it('a socket that ends at a frame comes back by itself', async () => {
    const before = heard.links.filter((link) => link === 'up').length;
    await put('cut', { fault: 'disconnect', target: { lane: 'private' }, count: 1 });
    await failureOf(aPlacement());
    await eventually('connected again', () => heard.links.filter((link) => link === 'up').length > before || undefined);
  });

  it('a rule file that is wrong is told with every problem', async () => {
    await expect(runSimulator('--faults', '/nowhere/rules.json')).rejects.toThrow(/rules.json/);
  });
});
