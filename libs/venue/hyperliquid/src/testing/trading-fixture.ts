import {
  accountId,
  approve,
  type ClientOrderId,
  type Fill,
  type FundingPayment,
  type Instrument,
  makeClientOrderId,
  orderRequestId,
  parsePrice,
  parseQuantity,
  strategyId,
  type TimeNs,
  timeNs,
} from '@argosy/domain';
import { SilentLogger } from '@argosy/platform-port';
import { ManualTime, SeededRandom, settled } from '@argosy/testing';
import type { Cancellation, Placement, TradingHandlers, VenueOrderReport, VenueTrouble } from '@argosy/venue-port';
import type { HyperliquidPorts, HyperliquidTradingConfig } from '../config.js';
import { createHyperliquidTrading } from '../factories.js';
import type { HyperliquidTrading } from '../trading/hyperliquid-trading.js';
import { FakeInfo, type FakeConnection, FakeWebSocketClient } from './fake-transport.js';

/** The public SDKs' test key: never a real one. */
export const TEST_KEY = '0x0123456789012345678901234567890123456789012345678901234567890123';
export const WALLET = '0x5e9ee1089755c3435139848e47e6635505d5a13a';
export const ACCOUNT = accountId('main');
export const META = {
  universe: [
    { name: 'BTC', szDecimals: 5, maxLeverage: 50 },
    { name: 'ETH', szDecimals: 4, maxLeverage: 50 },
    { name: 'LOOM', szDecimals: 1, maxLeverage: 3, onlyIsolated: true, isDelisted: true },
  ],
};
export const NOW_MS = 1_767_225_600_000;

export interface World {
  readonly time: ManualTime;
  readonly http: FakeInfo;
  readonly sockets: FakeWebSocketClient;
  readonly ports: HyperliquidPorts;
}

export function aWorld(): World {
  const time = new ManualTime();
  const http = new FakeInfo()
    .on('meta', () => META)
    .on('clearinghouseState', () => ({
      marginSummary: { accountValue: '1000.0', totalNtlPos: '0.0', totalRawUsd: '1000.0', totalMarginUsed: '0.0' },
      assetPositions: [],
      time: Math.floor(NOW_MS + time.clock.monotonicMs()),
    }));
  const sockets = new FakeWebSocketClient();
  const logger = new SilentLogger();
  const ports = {
    clock: time.clock,
    timers: time.timers,
    random: new SeededRandom(1),
    http,
    webSocket: sockets,
    logger,
  };
  return { time, http, sockets, ports };
}

export interface Heard {
  readonly orders: VenueOrderReport[];
  readonly fills: Fill[];
  readonly fundings: FundingPayment[];
  readonly unknown: string[];
  readonly troubles: VenueTrouble[];
  readonly connection: string[];
}

export interface TradingWorld extends World {
  readonly trading: HyperliquidTrading;
  readonly heard: Heard;
  readonly socket: () => FakeConnection;
  readonly btc: Instrument;
}

/** A started account, its socket open and its streams acknowledged. */
export async function aTradingWorld(overrides: Partial<HyperliquidTradingConfig> = {}): Promise<TradingWorld> {
  const world = aWorld();
  const config: HyperliquidTradingConfig = {
    apiUrl: 'http://venue.test',
    wsUrl: 'ws://venue.test/ws',
    accountId: ACCOUNT,
    walletAddress: WALLET,
    privateKey: TEST_KEY,
    network: 'testnet',
    ...overrides,
  };
  const trading = createHyperliquidTrading(config, world.ports);
  const heard: Heard = { orders: [], fills: [], fundings: [], unknown: [], troubles: [], connection: [] };
  const handlers: TradingHandlers = {
    onOrder: (report) => heard.orders.push(report),
    onFill: (fill) => heard.fills.push(fill),
    onFunding: (payment) => heard.fundings.push(payment),
    onUnknown: (description) => heard.unknown.push(description),
    onTrouble: (trouble) => heard.troubles.push(trouble),
    onConnected: () => heard.connection.push('connected'),
    onDisconnected: (reason) => heard.connection.push(reason),
  };
  await trading.start(handlers);
  world.sockets.last.open();
  world.sockets.last.acknowledge();
  await settled();
  const [btc] = await trading.instruments();
  return { ...world, trading, heard, socket: () => world.sockets.last, btc: btc as Instrument };
}

export const aClientOrderId = (sequence = 1): ClientOrderId =>
  makeClientOrderId({ fleet: 1, account: 2, epoch: 3, sequence: BigInt(sequence) });
export const EXPIRY: TimeNs = timeNs(BigInt(NOW_MS + 1_000) * 1_000_000n);

export interface PlacementOverrides {
  readonly sequence?: number;
  readonly price?: string;
  readonly quantity?: string;
  readonly expiresAt?: TimeNs;
  readonly instrument?: Instrument;
}

export function aPlacement(btc: Instrument, overrides: PlacementOverrides = {}): Placement {
  const { sequence = 1, price = '100000', quantity = '0.5', expiresAt = EXPIRY, instrument = btc } = overrides;
  const intent = {
    orderRequestId: orderRequestId(`r-${String(sequence)}`),
    strategyId: strategyId('maker'),
    accountId: ACCOUNT,
    venue: 'hyperliquid' as const,
    instrumentId: instrument.id,
    side: 'buy' as const,
    quantity: parseQuantity(quantity),
    limitPrice: parsePrice(price),
    timeInForce: 'post_only' as const,
    reduceOnly: false,
    accountKind: 'live' as const,
    provenance: { strategyVersion: '1', configVersion: '1', modelVersion: '', instrumentVersion: 1 },
    riskEpoch: 1,
    approvalExpiresAt: expiresAt,
  };
  return {
    intent: approve(intent),
    instrument,
    clientOrderId: aClientOrderId(sequence),
    nonce: BigInt(NOW_MS + sequence),
    expiresAt,
  };
}

export const aCancellation = (btc: Instrument, sequence = 1): Cancellation => ({
  instrument: btc,
  clientOrderId: aClientOrderId(sequence),
  nonce: BigInt(NOW_MS + 1_000 + sequence),
  expiresAt: EXPIRY,
});
