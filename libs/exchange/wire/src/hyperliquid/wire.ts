import type {
  AssetContext,
  BookView,
  CandleView,
  ClearinghouseView,
  FundingRateView,
  LevelView,
  OrderStatusView,
  OrderView,
  PositionView,
  PublicTrade,
  UserFill,
  UserFunding,
  UserTransfer,
} from '@argosy/exchange-core';

/** The venue's spelling of what the exchange tells. Field names and their order are the venue's. */
export const sideOf = (isBuy: boolean): 'B' | 'A' => (isBuy ? 'B' : 'A');

const cloidOf = (cloid: string | undefined): { cloid?: string } => (cloid === undefined ? {} : { cloid });

export const wireLevel = ({ px, sz, n }: LevelView) => ({ px, sz, n });

export const wireBook = (book: BookView) => ({
  coin: book.coin,
  time: book.timeMs,
  levels: [book.bids.map(wireLevel), book.asks.map(wireLevel)],
});

export const wireTrade = (trade: PublicTrade) => ({
  coin: trade.coin,
  side: sideOf(trade.isBuy),
  px: trade.px,
  sz: trade.sz,
  time: trade.timeMs,
  hash: trade.hash,
  tid: trade.tid,
  users: [trade.buyer, trade.seller],
});

export const wireFill = (fill: UserFill) => ({
  coin: fill.coin,
  px: fill.px,
  sz: fill.sz,
  side: sideOf(fill.isBuy),
  time: fill.timeMs,
  startPosition: fill.startPosition,
  dir: fill.dir,
  closedPnl: fill.closedPnl,
  hash: fill.hash,
  oid: fill.oid,
  crossed: fill.crossed,
  fee: fill.fee,
  tid: fill.tid,
  ...cloidOf(fill.cloid),
  feeToken: fill.feeToken,
  ...(fill.liquidation === undefined
    ? {}
    : {
        liquidation: {
          liquidatedUser: fill.liquidation.user,
          markPx: fill.liquidation.markPx,
          method: 'market',
        },
      }),
  twapId: null,
});

export const wireOpenOrder = (order: OrderView) => ({
  coin: order.coin,
  side: sideOf(order.isBuy),
  limitPx: order.limitPx,
  sz: order.sz,
  oid: order.oid,
  timestamp: order.timestampMs,
  origSz: order.origSz,
  ...cloidOf(order.cloid),
  ...(order.reduceOnly ? { reduceOnly: true } : {}),
});

export const wireFrontendOrder = (order: OrderView) => ({
  coin: order.coin,
  side: sideOf(order.isBuy),
  limitPx: order.limitPx,
  sz: order.sz,
  oid: order.oid,
  timestamp: order.timestampMs,
  triggerCondition: 'N/A',
  isTrigger: false,
  triggerPx: '0.0',
  children: [],
  isPositionTpsl: false,
  reduceOnly: order.reduceOnly,
  orderType: order.tif === 'FrontendMarket' ? 'Market' : 'Limit',
  origSz: order.origSz,
  tif: order.tif,
  cloid: order.cloid ?? null,
});

export const wireOrderStatus = ({ order, status, statusTimestampMs }: OrderStatusView) => ({
  order: wireFrontendOrder(order),
  status,
  statusTimestamp: statusTimestampMs,
});

export const wireOrderUpdate = ({ order, status, statusTimestampMs }: OrderStatusView) => ({
  order: wireOpenOrder(order),
  status,
  statusTimestamp: statusTimestampMs,
});

export const wireFunding = (payment: UserFunding) => ({
  time: payment.timeMs,
  coin: payment.coin,
  usdc: payment.usdc,
  szi: payment.szi,
  fundingRate: payment.fundingRate,
  nSamples: null,
});

export const wireFundingUpdate = (payment: UserFunding) => ({
  time: payment.timeMs,
  hash: payment.hash,
  delta: {
    type: 'funding',
    coin: payment.coin,
    usdc: payment.usdc,
    szi: payment.szi,
    fundingRate: payment.fundingRate,
    nSamples: null,
  },
});

export const wireTransfer = ({ timeMs, hash, type, usdc }: UserTransfer) => ({
  time: timeMs,
  hash,
  delta: type === 'deposit' ? { type, usdc } : { type, usdc, nonce: timeMs, fee: '0.0' },
});

export const wireFundingRate = (rate: FundingRateView) => ({
  coin: rate.coin,
  fundingRate: rate.fundingRate,
  premium: rate.premium,
  time: rate.timeMs,
});

export const wireCandle = (candle: CandleView) => ({
  t: candle.openMs,
  T: candle.closeMs,
  s: candle.coin,
  i: candle.interval,
  o: candle.open,
  c: candle.close,
  h: candle.high,
  l: candle.low,
  v: candle.volume,
  n: candle.trades,
});

export const wireContext = (context: AssetContext) => ({
  funding: context.funding,
  openInterest: context.openInterest,
  prevDayPx: context.prevDayPx,
  dayNtlVlm: context.dayNtlVlm,
  premium: context.premium,
  oraclePx: context.oraclePx,
  markPx: context.markPx,
  midPx: context.midPx ?? null,
  impactPxs: context.impactPxs ?? null,
  dayBaseVlm: context.dayBaseVlm,
});

const wirePosition = (position: PositionView) => ({
  type: 'oneWay',
  position: {
    coin: position.coin,
    szi: position.szi,
    leverage: { type: 'cross', value: position.leverage },
    entryPx: position.entryPx,
    positionValue: position.positionValue,
    unrealizedPnl: position.unrealizedPnl,
    returnOnEquity: position.returnOnEquity,
    liquidationPx: position.liquidationPx ?? null,
    marginUsed: position.marginUsed,
    maxLeverage: position.maxLeverage,
    cumFunding: position.cumFunding,
  },
});

/** As of now: what nothing has changed since the last block is as true as it was then, and clients set their clocks by it. */
export function wireClearinghouse(view: ClearinghouseView, nowMs: number) {
  const summary = {
    accountValue: view.accountValue,
    totalNtlPos: view.totalNtlPos,
    totalRawUsd: view.totalRawUsd,
    totalMarginUsed: view.totalMarginUsed,
  };
  return {
    marginSummary: summary,
    // Every position is cross here, so the two summaries are one.
    crossMarginSummary: summary,
    crossMaintenanceMarginUsed: view.crossMaintenanceMarginUsed,
    withdrawable: view.withdrawable,
    assetPositions: view.positions.map(wirePosition),
    time: Math.max(view.timeMs, nowMs),
  };
}
