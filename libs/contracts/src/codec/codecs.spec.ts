import fc from 'fast-check';
import {
  accountId,
  type AccountKind,
  type Amount,
  approve,
  type Book,
  clientOrderId,
  Fault,
  fillId,
  instrumentId,
  type Level,
  modeCause,
  type Order,
  type OrderIntent,
  orderRequestId,
  type Price,
  type Quantity,
  stateMode,
  strategyId,
  timeNs,
  venueOrderId,
} from '@argosy/domain';
import { KillReport as WireReport, TradingState as WireState } from '../gen/argosy/risk/v1/risk.js';
import { SubmitOrder as WireSubmit } from '../gen/argosy/order/v1/order.js';
import { type AccountEvent, accountEventCodec } from './account-event.codec.js';
import { bookCodec } from './market.codec.js';
import { approvalText, placeOrderCodec, submitOrderCodec } from './order.codec.js';
import { refusalCodec } from './plain.codec.js';
import { KILL_OUTCOMES, type KillReport, killReportCodec } from './kill-report.codec.js';
import { type TradingState, tradingStateCodec } from './trading-state.codec.js';

const positive = fc.bigInt({ min: 1n, max: 10n ** 24n });

const intents: fc.Arbitrary<OrderIntent> = fc
  .record({
    price: positive,
    quantity: positive,
    side: fc.constantFrom('buy' as const, 'sell' as const),
    timeInForce: fc.constantFrom('gtc' as const, 'ioc' as const, 'post_only' as const),
    reduceOnly: fc.boolean(),
    kind: fc.constantFrom<AccountKind>('live', 'paper'),
  })
  .map(({ price, quantity, side, timeInForce, reduceOnly, kind }) => ({
    orderRequestId: orderRequestId('mm-1'),
    strategyId: strategyId('market_maker_btc'),
    accountId: accountId('main'),
    venue: 'hyperliquid',
    instrumentId: instrumentId('hyperliquid_BTC-PERP'),
    side,
    quantity: quantity as Quantity,
    limitPrice: price as Price,
    timeInForce,
    reduceOnly,
    accountKind: kind,
    provenance: { strategyVersion: '1', configVersion: '2', modelVersion: '', instrumentVersion: 3 },
    riskEpoch: 4,
    approvalExpiresAt: timeNs(1_700_000_000_000_000_000n),
  }));

const anOrder: Order = {
  orderRequestId: orderRequestId('mm-1'),
  strategyId: strategyId('market_maker_btc'),
  accountId: accountId('main'),
  venue: 'hyperliquid',
  instrumentId: instrumentId('hyperliquid_BTC-PERP'),
  side: 'buy',
  quantity: 5n as Quantity,
  limitPrice: 7n as Price,
  timeInForce: 'post_only',
  reduceOnly: false,
  clientOrderId: clientOrderId('0'.repeat(31) + '1'),
  accountKind: 'live',
  state: 'working',
  filledQuantity: 0n as Quantity,
  filledNotional: 0n as Amount,
  epoch: 1,
  createdAt: timeNs(1n),
  updatedAt: timeNs(2n),
  reason: '',
  external: false,
};

const aTradingState = (): TradingState => ({
  version: 7n,
  tradingEnabled: true,
  newSignalsEnabled: false,
  kill: { reason: 'fire', actor: 'ann', at: timeNs(5n), killId: 'k1' },
  mode: stateMode([modeCause('kill', 'latched'), modeCause('operator', 'draining')]),
  accounts: new Map([[accountId('main'), stateMode([modeCause('loss_limit', 'breached', 'drawdown 5.1 %')])]]),
  statedAt: timeNs(6n),
  riskEpoch: 3,
});

const anEvent: AccountEvent = {
  eventId: 'main-1',
  accountId: accountId('main'),
  venue: 'hyperliquid',
  sequence: 1n,
  epoch: 1,
  occurredAt: timeNs(9n),
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  fact: {
    kind: 'order_filled',
    order: anOrder,
    fill: {
      fillId: fillId('f1'),
      clientOrderId: anOrder.clientOrderId,
      venueOrderId: venueOrderId('77'),
      accountId: accountId('main'),
      accountKind: 'live',
      strategyId: strategyId('market_maker_btc'),
      venue: 'hyperliquid',
      instrumentId: instrumentId('hyperliquid_BTC-PERP'),
      side: 'buy',
      price: 7n as Price,
      quantity: 5n as Quantity,
      fee: -3n as Amount,
      feeAsset: 'USDC',
      liquidity: 'maker',
      venueTimeNs: timeNs(8n),
    },
  },
};

describe('what goes out comes back', () => {
  it('an approved order, every field of it', () => {
    fc.assert(
      fc.property(intents, fc.uint8Array({ minLength: 32, maxLength: 32 }), (intent, mac) => {
        const back = placeOrderCodec.decode(placeOrderCodec.encode({ intent: approve(intent), mac }));
        expect(back.intent).toEqual(intent);
        expect([...back.mac]).toEqual([...mac]);
      }),
    );
  });

  it('a fill with its order', () => {
    expect(accountEventCodec.decode(accountEventCodec.encode(anEvent))).toEqual(anEvent);
  });

  it('a book of any depth and precision', () => {
    // What a packed column holds: 18 digits at whatever exponent the finest level needs.
    const column = fc.bigInt({ min: 1n, max: 10n ** 18n });
    const levels = fc.array(
      fc.record({ price: column, quantity: column }).map((level) => level as unknown as Level),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(levels, levels, (bids, asks) => {
        const book: Book = {
          instrumentId: instrumentId('binance_BTC-USDT'),
          bids,
          asks,
          venueTimeNs: timeNs(1n),
          receivedTimeNs: timeNs(2n),
          sequence: 3n,
          valid: true,
        };
        expect(bookCodec.decode(bookCodec.encode(book))).toEqual(book);
      }),
    );
  });
});

describe('a number that does not fit its field', () => {
  it('makes no message rather than a wrapped number', () => {
    const book: Book = {
      instrumentId: instrumentId('binance_BTC-USDT'),
      bids: [],
      asks: [{ price: 1n as Price, quantity: (2n ** 63n + 1n) as Quantity }],
      venueTimeNs: timeNs(1n),
      receivedTimeNs: timeNs(2n),
      sequence: 3n,
      valid: true,
    };
    expect(() => bookCodec.encode(book)).toThrow(Fault);
  });
});

describe('nothing becomes a trade by default (bad input 2)', () => {
  const wire = (change: Partial<WireSubmit>): Uint8Array => {
    const good = WireSubmit.decode(
      submitOrderCodec.encode({
        ...anOrder,
        provenance: { strategyVersion: '', configVersion: '', modelVersion: '', instrumentVersion: 1 },
      }),
    );
    return WireSubmit.encode({ ...good, ...change }).finish();
  };

  it.each<[string, Partial<WireSubmit>]>([
    ['no side', { side: 0 }],
    ['an unknown side', { side: 9 as 1 }],
    ['no time in force', { timeInForce: 0 }],
    ['a market order', { limitPrice: '' }],
    ['a size in exponent form', { quantity: '1e3' }],
    ['a negative size', { quantity: '-1' }],
    ['NaN', { quantity: 'NaN' }],
    ['an unknown venue', { venue: 'mtgox' }],
    ['a wildcard account', { accountId: '>' }],
    ['no request id', { orderRequestId: '' }],
  ])('%s is refused', (_what, change) => {
    expect(() => submitOrderCodec.decode(wire(change))).toThrow(Fault);
  });

  it('any cut of an order is refused or is another well-formed order, never a crash', () => {
    const bytes = wire({});
    for (let length = 0; length < bytes.length; length += 1) {
      let fault: unknown;
      try {
        submitOrderCodec.decode(bytes.subarray(0, length));
      } catch (error) {
        fault = error;
      }
      expect(fault === undefined || fault instanceof Fault).toBe(true);
    }
  });

  it('a trading state without its time is refused', () => {
    expect(() => tradingStateCodec.decode(new Uint8Array())).toThrow(Fault);
  });

  it('a trading state carries the mode of the fleet and of each account with its causes (I-60)', () => {
    const state = aTradingState();
    expect(tradingStateCodec.decode(tradingStateCodec.encode(state))).toEqual(state);
  });

  it('a mode that is not what its causes make it, or that is not stated, is refused: unknown is closed (I-13)', () => {
    const { mode } = aTradingState();
    const lying = tradingStateCodec.encode({ ...aTradingState(), mode: { ...mode, mode: 'full' } });
    expect(() => tradingStateCodec.decode(lying)).toThrow(/not what its causes make it/);
    const silent = WireState.encode(WireState.fromPartial({ version: 1n, statedNs: 1n })).finish();
    expect(() => tradingStateCodec.decode(silent)).toThrow(/unknown trading mode 0/);
  });

  it('a kill report names the end of each order, and an end it does not know is refused (I-16)', () => {
    const report: KillReport = {
      killId: 'k1',
      actor: 'ann',
      reason: 'fire',
      requestedNs: 1n,
      gateShutNs: 2n,
      firstCancelNs: 3n,
      allCancelledNs: 4n,
      secondSweepNs: 0n,
      orders: KILL_OUTCOMES.map((outcome, index) => ({
        clientOrderId: clientOrderId(String(index).padStart(32, '0')),
        accountId: accountId('main'),
        outcome,
        filledQuantity: BigInt(index) as Quantity,
        reason: '',
      })),
      parties: [
        { service: 'execution', accountIds: ['main'], epoch: 3, confirmed: true, unreachable: false, atNs: 2n },
      ],
      complete: false,
    };
    expect(killReportCodec.decode(killReportCodec.encode(report))).toEqual(report);
    const order = { clientOrderId: '0'.repeat(32), accountId: 'main', filledQuantity: '0' };
    const unknown = WireReport.encode(WireReport.fromPartial({ orders: [order] })).finish();
    expect(() => killReportCodec.decode(unknown)).toThrow(/unknown kill outcome 0/);
  });

  it('a refusal this release does not know stays a refusal', () => {
    const bytes = refusalCodec.encode({ code: 'code_of_the_future' as 'conflict', details: { a: 'b' } });
    expect(refusalCodec.decode(bytes)).toEqual({ code: 'conflict', details: { a: 'b', code: 'code_of_the_future' } });
  });
});

describe('the approval text', () => {
  it('changes with every field that can change what is traded', () => {
    const [intent] = fc.sample(intents, { numRuns: 1, seed: 7 });
    if (intent === undefined) throw new Error('no sample');
    const text = approvalText(intent);
    const changes: ReadonlyArray<Partial<OrderIntent>> = [
      { quantity: (intent.quantity + 1n) as Quantity },
      { limitPrice: (intent.limitPrice + 1n) as Price },
      { side: intent.side === 'buy' ? 'sell' : 'buy' },
      { reduceOnly: !intent.reduceOnly },
      { accountId: accountId('other') },
      { instrumentId: instrumentId('hyperliquid_ETH-PERP') },
      { riskEpoch: 5 },
      { approvalExpiresAt: timeNs(1n) },
      { accountKind: intent.accountKind === 'live' ? 'paper' : 'live' },
    ];
    for (const change of changes) expect(approvalText({ ...intent, ...change })).not.toBe(text);
  });
});
