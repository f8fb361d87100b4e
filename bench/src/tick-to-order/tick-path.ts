import {
  accountId,
  FULL_MODE,
  type Instrument,
  makeClientOrderId,
  msToNs,
  ok,
  orderRequestId,
  parseAmount,
  type OrderIntent,
  parseQuantity,
  strategyId,
  type TimeNs,
} from '@argosy/domain';
import { SilentLogger } from '@argosy/platform-port';
import { SystemClock, SystemRandom, SystemTimers } from '@argosy/platform-runtime';
import { review, type RiskView } from '@argosy/risk-core';
import {
  createHyperliquidMarketData,
  createHyperliquidTrading,
  type HyperliquidPorts,
  type HyperliquidTrading,
} from '@argosy/venue-hyperliquid';
import type { BookSnapshot, MarketDataHandlers } from '@argosy/venue-port';
import { type NullSocket, NullInfo, NullSockets } from './null-venue.js';

/** The key of the public SDKs' own tests: never a real one. */
export const TEST_KEY = '0x0123456789012345678901234567890123456789012345678901234567890123';
const WALLET = '0x5e9ee1089755c3435139848e47e6635505d5a13a';
const PLACE = { apiUrl: 'http://127.0.0.1:1', wsUrl: 'ws://127.0.0.1:1/ws' };
const ACCOUNT = accountId('bench');
const STRATEGY = strategyId('bench');
const SIZE = parseQuantity('0.01');
const VALID_MS = 1_000;
const MILLION = parseAmount('1000000');
const TICKED = 100;

/** From a frame of the market to a signed order on the socket, with the real adapters and the real checks between. */
export class TickPath {
  private sequence = 0n;
  private readonly clock: SystemClock;

  private constructor(
    private readonly ports: HyperliquidPorts,
    private readonly market: NullSocket,
    private readonly orders: NullSocket,
    private readonly trading: HyperliquidTrading,
    private readonly instrument: Instrument,
    private readonly stopAll: () => Promise<unknown>,
  ) {
    this.clock = ports.clock as SystemClock;
  }

  static async open(): Promise<TickPath> {
    const [marketSockets, orderSockets] = [new NullSockets(), new NullSockets()];
    const ports = (webSocket: NullSockets): HyperliquidPorts => ({
      clock: new SystemClock(),
      timers: new SystemTimers(),
      random: new SystemRandom(),
      http: new NullInfo(),
      logger: new SilentLogger(),
      webSocket,
    });
    const market = createHyperliquidMarketData(PLACE, ports(marketSockets));
    const trading = createHyperliquidTrading(
      { ...PLACE, accountId: ACCOUNT, walletAddress: WALLET, privateKey: TEST_KEY, network: 'testnet' },
      ports(orderSockets),
    );
    const [instrument] = await trading.instruments();
    if (instrument === undefined) throw new Error('the null venue lists nothing');
    await trading.start(SILENT_TRADING);
    const holder: { path?: TickPath } = {};
    const handlers: MarketDataHandlers = { ...SILENT_MARKET, onBook: (book) => holder.path?.decide(book) };
    await market.start([instrument.id], handlers);
    await new Promise((resolve) => setTimeout(resolve, TICKED));
    holder.path = new TickPath(
      ports(orderSockets),
      marketSockets.socket,
      orderSockets.socket,
      trading,
      instrument,
      () => Promise.all([market.stop(), trading.stop()]),
    );
    return holder.path;
  }

  /** Delivers one frame; returns the signed request that it led to, already written. */
  tick(frame: string): string {
    this.orders.written = '';
    this.market.receive(frame);
    return this.orders.written;
  }

  /** The venue's answer, so that nothing stays in flight. */
  async answer(request: string): Promise<void> {
    const { id } = JSON.parse(request) as { readonly id: number };
    const data = { type: 'order', data: { statuses: [{ resting: { oid: id } }] } };
    const response = { type: 'action', payload: { status: 'ok', response: data } };
    this.orders.receive(JSON.stringify({ channel: 'post', data: { id, response } }));
    await Promise.resolve();
  }

  stop(): Promise<unknown> {
    return this.stopAll();
  }

  private decide(book: BookSnapshot): void {
    const [bid] = book.bids;
    if (bid === undefined) return;
    this.sequence += 1n;
    const expiresAt = (book.receivedTimeNs + msToNs(VALID_MS)) as TimeNs;
    const intent: OrderIntent = {
      orderRequestId: orderRequestId(`bench-${String(this.sequence)}`),
      strategyId: STRATEGY,
      accountId: ACCOUNT,
      venue: 'hyperliquid',
      instrumentId: book.instrumentId,
      side: 'buy',
      quantity: SIZE,
      limitPrice: bid.price,
      timeInForce: 'post_only',
      reduceOnly: false,
      accountKind: 'live',
      provenance: { strategyVersion: '1', configVersion: '1', modelVersion: '', instrumentVersion: 1 },
      riskEpoch: 1,
      approvalExpiresAt: expiresAt,
    };
    const verdict = review(intent, this.view(book));
    if (!verdict.ok) throw new Error(`the bench's own order was refused: ${verdict.refusal.code}`);
    const clientOrderId = makeClientOrderId({ fleet: 1, account: 1, epoch: 1, sequence: this.sequence });
    const nonce = this.clock.now() / 1_000_000n;
    void this.trading
      .place([{ intent: verdict.intent, instrument: this.instrument, clientOrderId, nonce, expiresAt }])
      .then(ok);
  }

  private view({ bids, asks, receivedTimeNs }: BookSnapshot): RiskView {
    const { instrument } = this;
    const price = bids[0]!.price;
    const ageMs = Number(this.clock.now() - receivedTimeNs) / 1e6;
    return {
      ...STANDING_VIEW,
      instrument,
      book: { ageMs },
      references: [
        { source: 'oracle', price, ageMs },
        { source: 'reference', price: asks[0]!.price, ageMs },
      ],
    };
  }
}

const SILENT_TRADING = {
  onOrder: () => undefined,
  onFill: () => undefined,
  onFunding: () => undefined,
  onConnected: () => undefined,
  onDisconnected: () => undefined,
  onUnknown: (description: string) => {
    throw new Error(description);
  },
};

const SILENT_MARKET: MarketDataHandlers = {
  onBook: () => undefined,
  onTrade: () => undefined,
  onMarketState: () => undefined,
  onCandle: () => undefined,
  onFeedState: () => undefined,
  onInstrument: () => undefined,
};

const WORST = { long: SIZE, short: parseQuantity('0') };
const NOTHING = parseAmount('0');
const EXPOSURE = { before: NOTHING, after: parseAmount('1000') };

/** Limits that a small order keeps, so that every check runs to its end. */
const STANDING_VIEW: Omit<RiskView, 'instrument' | 'book' | 'references'> = {
  trading: { known: true, tradingEnabled: true, newSignalsEnabled: true, killed: false, mode: FULL_MODE },
  limits: {
    maxOrderValueUsd: MILLION,
    maxGrossExposureUsd: MILLION,
    maxNetExposureUsd: MILLION,
    maxLeverage: parseAmount('10'),
    maxMarginUse: parseAmount('0.9'),
    maxOpenOrders: 1_000,
    priceCollarBps: 500,
    referenceAgeMsMax: 60_000,
    bookAgeMsMax: 60_000,
    equityAgeMsMax: 60_000,
    strategyOrdersPerWindow: 1_000_000,
    fleetOrdersPerWindow: 1_000_000,
    rateWindowMs: 1_000,
    repeatsPerWindow: 1_000_000,
    repeatWindowMs: 1_000,
    loss: {
      hourlyWarning: parseAmount('0.1'),
      hourlyKill: parseAmount('0.2'),
      dailyWarning: parseAmount('0.1'),
      dailyKill: parseAmount('0.2'),
      drawdownWarning: parseAmount('0.1'),
      drawdownReduceOnly: parseAmount('0.2'),
      drawdownSecondWarning: parseAmount('0.3'),
      drawdownKill: parseAmount('0.4'),
    },
    varIntervalMs: 60_000,
    varReturnsMin: 20,
    varReturnsMax: 500,
    runaway: {
      submissionsPerSecond: 1_000_000,
      refusalsPerWindow: 1_000_000,
      repeatsPerWindow: 1_000_000,
      flipsPerWindow: 1_000_000,
      windowMs: 1_000,
    },
    stuckOrderAfterMs: 60_000,
    stuckRestingAfterMs: 60_000,
    stuckPositionAfterMs: 60_000,
    instruments: new Map(),
  },
  instrumentLimits: {
    maxOrderQuantity: parseQuantity('10'),
    maxPositionUsd: MILLION,
    referenceInstrument: 'binance_BTC-USDT' as never,
  },
  strategyLimits: { maxPositionUsd: MILLION, maxOrderSizeUsd: MILLION },
  account: {
    venue: 'hyperliquid',
    kind: 'live',
    equity: MILLION,
    equityAgeMs: 0,
    marginUsed: NOTHING,
    gross: NOTHING,
    marginWorst: NOTHING,
    ready: true,
  },
  reduction: { position: NOTHING, reducing: WORST.short, ordinary: WORST.short },
  override: undefined,
  worst: WORST,
  strategyWorst: WORST,
  gross: EXPOSURE,
  net: EXPOSURE,
  openOrders: 1,
  strategyOrdersInWindow: 1,
  fleetOrdersInWindow: 1,
  repeatsInWindow: 1,
  ownBid: undefined,
  ownAsk: undefined,
  earlier: undefined,
};
