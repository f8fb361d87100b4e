import {
  accountId,
  clientOrderId,
  type Fill,
  fillId,
  instrumentId,
  type Order,
  type OrderIntent,
  type OrderRequest,
  orderRequestId,
  parseAmount,
  parsePrice,
  parseQuantity,
  strategyId,
  type TimeNs,
  timeNs,
  venueOrderId,
  ZERO_AMOUNT,
  ZERO_QUANTITY,
} from '@argosy/domain';

/** The moment of everything built here unless told otherwise: 2026-01-01T00:00:00Z, where manual time starts too. */
export const A_MOMENT: TimeNs = timeNs(1_767_225_600_000_000_000n);

/** Buy 0.5 BTC-PERP at 60,000, post-only. */
export function anOrderRequest(changes: Partial<OrderRequest> = {}): OrderRequest {
  return {
    orderRequestId: orderRequestId('request-1'),
    strategyId: strategyId('maker-1'),
    accountId: accountId('main'),
    venue: 'hyperliquid',
    instrumentId: instrumentId('hyperliquid_BTC-PERP'),
    side: 'buy',
    quantity: parseQuantity('0.5'),
    limitPrice: parsePrice('60000'),
    timeInForce: 'post_only',
    reduceOnly: false,
    ...changes,
  };
}

/** The same order as risk hands it to execution; the approval holds for one second of `A_MOMENT`. */
export function anIntent(changes: Partial<OrderIntent> = {}): OrderIntent {
  return {
    ...anOrderRequest(),
    accountKind: 'live',
    provenance: { strategyVersion: '1.0.0', configVersion: '1', modelVersion: '', instrumentVersion: 1 },
    riskEpoch: 1,
    approvalExpiresAt: timeNs(A_MOMENT + 1_000_000_000n),
    tickReceivedAt: A_MOMENT,
    ...changes,
  };
}

/** The same order, working at the venue with nothing filled. */
export function anOrder(changes: Partial<Order> = {}): Order {
  return {
    ...anOrderRequest(),
    clientOrderId: clientOrderId('00010001000000010000000000000001'),
    venueOrderId: venueOrderId('1001'),
    accountKind: 'live',
    state: 'working',
    filledQuantity: ZERO_QUANTITY,
    filledNotional: ZERO_AMOUNT,
    epoch: 1,
    createdAt: A_MOMENT,
    updatedAt: A_MOMENT,
    reason: '',
    external: false,
    ...changes,
  };
}

/** 0.1 of that order, filled as maker at its price for a fee of 0.9 USDC. */
export function aFill(changes: Partial<Fill> = {}): Fill {
  return {
    fillId: fillId('main-BTC-1767225600000-5001-B'),
    clientOrderId: clientOrderId('00010001000000010000000000000001'),
    venueOrderId: venueOrderId('1001'),
    accountId: accountId('main'),
    accountKind: 'live',
    strategyId: strategyId('maker-1'),
    venue: 'hyperliquid',
    instrumentId: instrumentId('hyperliquid_BTC-PERP'),
    side: 'buy',
    price: parsePrice('60000'),
    quantity: parseQuantity('0.1'),
    fee: parseAmount('0.9'),
    feeAsset: 'USDC',
    liquidity: 'maker',
    venueTimeNs: A_MOMENT,
    ...changes,
  };
}
