import {
  accountId,
  clientOrderId,
  type Fill,
  FILL_CAUSES,
  fillId,
  format,
  instrumentId,
  isVenue,
  type Order,
  ORDER_STATES,
  type OrderIntent,
  orderRequestId,
  type OrderRequest,
  parseAmount,
  parsePrice,
  parseQuantity,
  strategyId,
  timeNs,
  type Venue,
  venueOrderId,
  type Approved,
  approve,
  type VenuePosition,
} from '@argosy/domain';
import {
  AccountKind as WireAccountKind,
  Liquidity as WireLiquidity,
  Side as WireSide,
  TimeInForce as WireTimeInForce,
} from '../gen/argosy/common/v1/common.js';
import type {
  Fill as WireFill,
  Order as WireOrder,
  VenuePosition as WirePosition,
  SubmitOrder as WireSubmit,
} from '../gen/argosy/order/v1/order.js';
import {
  OrderAccepted as WireAccepted,
  PlaceOrder as WirePlace,
  SubmitOrder as WireSubmitType,
} from '../gen/argosy/order/v1/order.js';
import type { PackedWriter } from './packed-writer.js';
import {
  ContractError,
  enumTable,
  mappedCodec,
  oneOf,
  optionalText,
  plainCodec,
  present,
  type Writable,
} from './wire.js';

export const sides = enumTable('side', { buy: WireSide.SIDE_BUY, sell: WireSide.SIDE_SELL });
export const timesInForce = enumTable('time in force', {
  gtc: WireTimeInForce.TIME_IN_FORCE_GTC,
  ioc: WireTimeInForce.TIME_IN_FORCE_IOC,
  post_only: WireTimeInForce.TIME_IN_FORCE_POST_ONLY,
});
export const accountKinds = enumTable('account kind', {
  live: WireAccountKind.ACCOUNT_KIND_LIVE,
  paper: WireAccountKind.ACCOUNT_KIND_PAPER,
});
const liquidities = enumTable('liquidity', {
  maker: WireLiquidity.LIQUIDITY_MAKER,
  taker: WireLiquidity.LIQUIDITY_TAKER,
});

export function venueOf(text: string): Venue {
  if (!isVenue(text)) throw new ContractError(`unknown venue '${text.slice(0, 40)}'`);
  return text;
}

/** A request with the versions that led to it: everything a strategy says about an order. */
export type OrderSubmission = OrderRequest & Pick<OrderIntent, 'provenance' | 'tickReceivedAt' | 'arrivalMid'>;

function submissionToWire(submission: OrderSubmission): WireSubmit {
  const { provenance } = submission;
  return {
    orderRequestId: submission.orderRequestId,
    strategyId: submission.strategyId,
    accountId: submission.accountId,
    venue: submission.venue,
    instrumentId: submission.instrumentId,
    side: sides.toWire(submission.side) as WireSide,
    quantity: format(submission.quantity),
    limitPrice: format(submission.limitPrice),
    timeInForce: timesInForce.toWire(submission.timeInForce) as WireTimeInForce,
    reduceOnly: submission.reduceOnly,
    strategyVersion: provenance.strategyVersion,
    configVersion: provenance.configVersion,
    modelVersion: provenance.modelVersion,
    instrumentVersion: provenance.instrumentVersion,
    tickReceivedNs: submission.tickReceivedAt ?? 0n,
    arrivalMid: submission.arrivalMid === undefined ? '' : format(submission.arrivalMid),
  };
}

function requestFromWire(message: WireSubmit): OrderRequest {
  return {
    orderRequestId: orderRequestId(message.orderRequestId),
    strategyId: strategyId(message.strategyId),
    accountId: accountId(message.accountId),
    venue: venueOf(message.venue),
    instrumentId: instrumentId(message.instrumentId),
    side: sides.toWord(message.side),
    quantity: parseQuantity(message.quantity),
    limitPrice: parsePrice(message.limitPrice),
    timeInForce: timesInForce.toWord(message.timeInForce),
    reduceOnly: message.reduceOnly,
  };
}

function submissionFromWire(message: WireSubmit): OrderSubmission {
  const submission: Writable<OrderSubmission> = {
    ...requestFromWire(message),
    provenance: {
      strategyVersion: message.strategyVersion,
      configVersion: message.configVersion,
      modelVersion: message.modelVersion,
      instrumentVersion: message.instrumentVersion,
    },
  };
  if (message.tickReceivedNs !== 0n) submission.tickReceivedAt = timeNs(message.tickReceivedNs);
  if (message.arrivalMid !== '') submission.arrivalMid = parsePrice(message.arrivalMid);
  return submission;
}

export const submitOrderCodec = mappedCodec('SubmitOrder', WireSubmitType, submissionToWire, submissionFromWire);

/** An approved intent and the proof of the approval. Verification is the receiver's, before it trusts the brand. */
export interface PlaceOrderMessage {
  readonly intent: Approved<OrderIntent>;
  readonly mac: Uint8Array;
}

export const placeOrderCodec = mappedCodec<PlaceOrderMessage, WirePlace>(
  'PlaceOrder',
  WirePlace,
  ({ intent, mac }) => ({
    request: submissionToWire(intent),
    accountKind: accountKinds.toWire(intent.accountKind) as WireAccountKind,
    riskEpoch: intent.riskEpoch,
    approvalExpiresNs: intent.approvalExpiresAt,
    approvalMac: mac,
  }),
  (message) => ({
    // The subject is one that only risk may publish, and execution checks the MAC before it uses the intent.
    intent: approve({
      ...submissionFromWire(present('request', message.request)),
      accountKind: accountKinds.toWord(message.accountKind),
      riskEpoch: message.riskEpoch,
      approvalExpiresAt: timeNs(message.approvalExpiresNs),
    }),
    mac: message.approvalMac,
  }),
);

/**
 * The text a MAC is made over: every field that can change what is traded, in one fixed order, unambiguous because no
 * field may contain a line break.
 */
export function approvalText(intent: OrderIntent): string {
  return [
    'argosy-approval-v1',
    intent.orderRequestId,
    intent.strategyId,
    intent.accountId,
    intent.venue,
    intent.instrumentId,
    intent.side,
    format(intent.quantity),
    format(intent.limitPrice),
    intent.timeInForce,
    String(intent.reduceOnly),
    intent.accountKind,
    String(intent.provenance.instrumentVersion),
    String(intent.riskEpoch),
    String(intent.approvalExpiresAt),
  ].join('\n');
}

export const orderAcceptedCodec = plainCodec('OrderAccepted', WireAccepted);

export function orderToWire(order: Order): WireOrder {
  return {
    clientOrderId: order.clientOrderId,
    venueOrderId: order.venueOrderId ?? '',
    request: submissionToWire({
      ...order,
      provenance: { strategyVersion: '', configVersion: '', modelVersion: '', instrumentVersion: 0 },
    }),
    accountKind: accountKinds.toWire(order.accountKind) as WireAccountKind,
    state: order.state,
    filledQuantity: format(order.filledQuantity),
    filledNotional: format(order.filledNotional),
    epoch: order.epoch,
    createdNs: order.createdAt,
    updatedNs: order.updatedAt,
    reason: order.reason,
    external: order.external,
  };
}

export function orderFromWire(message: WireOrder): Order {
  const request = present('request', message.request);
  const order: Writable<Order> = {
    ...requestFromWire(request),
    clientOrderId: clientOrderId(message.clientOrderId),
    accountKind: accountKinds.toWord(message.accountKind),
    state: oneOf('order state', ORDER_STATES, message.state),
    filledQuantity: parseQuantity(message.filledQuantity),
    filledNotional: parseAmount(message.filledNotional),
    epoch: message.epoch,
    createdAt: timeNs(message.createdNs),
    updatedAt: timeNs(message.updatedNs),
    reason: message.reason,
    external: message.external,
  };
  if (request.arrivalMid !== '') order.arrivalMid = parsePrice(request.arrivalMid);
  if (message.venueOrderId !== '') order.venueOrderId = venueOrderId(message.venueOrderId);
  return order;
}

/** Field by field as the contract numbers them. */
export function writeFill(fill: Fill, out: PackedWriter): PackedWriter {
  out
    .text(1, fill.fillId)
    .text(2, fill.clientOrderId ?? '')
    .text(3, fill.venueOrderId)
    .text(4, fill.accountId)
    .word(5, accountKinds.toWire(fill.accountKind))
    .text(6, fill.strategyId ?? '')
    .text(7, fill.venue)
    .text(8, fill.instrumentId)
    .word(9, sides.toWire(fill.side))
    .decimal(10, fill.price)
    .decimal(11, fill.quantity)
    .decimal(12, fill.fee)
    .text(13, fill.feeAsset)
    .word(14, liquidities.toWire(fill.liquidity))
    .long(15, fill.venueTimeNs);
  if (fill.venueClosedPnl !== undefined) out.decimal(16, fill.venueClosedPnl);
  return out.text(17, fill.cause ?? '');
}

/** Absent fields stay absent: set one by one, because spreading small objects costs more than reading the message. */
export function fillFromWire(message: WireFill): Fill {
  const fill: Writable<Fill> = {
    fillId: fillId(message.fillId),
    venueOrderId: venueOrderId(message.venueOrderId),
    accountId: accountId(message.accountId),
    accountKind: accountKinds.toWord(message.accountKind),
    venue: venueOf(message.venue),
    instrumentId: instrumentId(message.instrumentId),
    side: sides.toWord(message.side),
    price: parsePrice(message.price),
    quantity: parseQuantity(message.quantity),
    fee: parseAmount(message.fee),
    feeAsset: message.feeAsset,
    liquidity: liquidities.toWord(message.liquidity),
    venueTimeNs: timeNs(message.venueTimeNs),
  };
  if (message.clientOrderId !== '') fill.clientOrderId = clientOrderId(message.clientOrderId);
  if (message.strategyId !== '') fill.strategyId = strategyId(message.strategyId);
  if (message.venueClosedPnl !== '') fill.venueClosedPnl = parseAmount(message.venueClosedPnl);
  if (message.cause !== '') fill.cause = oneOf('fill cause', FILL_CAUSES, message.cause);
  return fill;
}

export const positionToWire = (position: VenuePosition): WirePosition => ({
  instrumentId: position.instrumentId,
  quantity: format(position.quantity),
  averagePrice: position.averagePrice === undefined ? '' : format(position.averagePrice),
});

export function positionFromWire(message: WirePosition): VenuePosition {
  const average = optionalText(message.averagePrice, parsePrice);
  return {
    instrumentId: instrumentId(message.instrumentId),
    quantity: parseAmount(message.quantity),
    ...(average === undefined ? {} : { averagePrice: average }),
  };
}
