import {
  accountId,
  ACCOUNT_KINDS,
  clientOrderId,
  type Fill,
  type FundingPayment,
  format,
  instrumentId,
  InvariantViolation,
  isVenue,
  type Order,
  ORDER_STATES,
  orderRequestId,
  parseAmount,
  parsePrice,
  parseQuantity,
  SIDES,
  strategyId,
  timeNs,
  TIMES_IN_FORCE,
  venueOrderId,
} from '@argosy/domain';
import type { IntentRecord, JournalEvent } from '@argosy/execution-core';

/** A row as `pg` gives it: numbers as text, so that nobody rounds them. */
export type Row = Readonly<Record<string, unknown>>;

export const text = (row: Row, column: string): string => {
  const value = row[column];
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  throw new InvariantViolation(`column ${column} holds ${value === null ? 'null' : typeof value}`);
};

export const optional = (row: Row, column: string): string | undefined =>
  row[column] === null || row[column] === undefined ? undefined : text(row, column);

function word<Word extends string>(row: Row, column: string, words: readonly Word[]): Word {
  const value = text(row, column);
  const found = words.find((candidate) => candidate === value);
  if (found === undefined) throw new InvariantViolation(`column ${column} holds '${value}'`);
  return found;
}

export function orderFromRow(row: Row): Order {
  const venue = text(row, 'venue');
  if (!isVenue(venue)) throw new InvariantViolation(`unknown venue '${venue}' in the journal`);
  const venueId = optional(row, 'venue_order_id');
  const mid = optional(row, 'arrival_mid');
  return {
    clientOrderId: clientOrderId(text(row, 'client_order_id')),
    ...(venueId === undefined ? {} : { venueOrderId: venueOrderId(venueId) }),
    orderRequestId: orderRequestId(text(row, 'order_request_id')),
    strategyId: strategyId(text(row, 'strategy_id')),
    accountId: accountId(text(row, 'account_id')),
    venue,
    instrumentId: instrumentId(text(row, 'instrument_id')),
    side: word(row, 'side', SIDES),
    quantity: parseQuantity(text(row, 'quantity')),
    limitPrice: parsePrice(text(row, 'limit_price')),
    timeInForce: word(row, 'time_in_force', TIMES_IN_FORCE),
    reduceOnly: row['reduce_only'] === true,
    accountKind: word(row, 'account_kind', ACCOUNT_KINDS),
    state: word(row, 'state', ORDER_STATES),
    filledQuantity: parseQuantity(text(row, 'filled_quantity')),
    filledNotional: parseAmount(text(row, 'filled_notional')),
    epoch: Number(text(row, 'epoch')),
    createdAt: timeNs(BigInt(text(row, 'created_ns'))),
    updatedAt: timeNs(BigInt(text(row, 'updated_ns'))),
    reason: text(row, 'reason'),
    external: row['external'] === true,
    ...(mid === undefined ? {} : { arrivalMid: parsePrice(mid) }),
  };
}

/** One value per column of `ORDER_COLUMNS`. */
export const orderValues = (order: Order): readonly unknown[] => [
  order.clientOrderId,
  order.venueOrderId ?? null,
  order.orderRequestId,
  order.strategyId,
  order.venue,
  order.instrumentId,
  order.side,
  format(order.quantity),
  format(order.limitPrice),
  order.timeInForce,
  order.reduceOnly,
  order.accountKind,
  order.state,
  format(order.filledQuantity),
  format(order.filledNotional),
  order.epoch,
  String(order.createdAt),
  String(order.updatedAt),
  order.reason,
  order.external,
  order.arrivalMid === undefined ? null : format(order.arrivalMid),
];

/** One value per column of `INTENT_COLUMNS`. */
export const intentValues = ({ intent, ...record }: IntentRecord): readonly unknown[] => [
  record.clientOrderId,
  intent.orderRequestId,
  intent.strategyId,
  intent.venue,
  intent.instrumentId,
  intent.side,
  format(intent.quantity),
  format(intent.limitPrice),
  intent.timeInForce,
  intent.reduceOnly,
  intent.accountKind,
  String(record.nonce),
  record.signer,
  intent.riskEpoch,
  String(record.expiresAt),
  String(intent.approvalExpiresAt),
  intent.provenance.strategyVersion,
  intent.provenance.configVersion,
  intent.provenance.modelVersion,
  intent.provenance.instrumentVersion,
  record.traceparent,
  intent.tickReceivedAt === undefined ? null : String(intent.tickReceivedAt),
  intent.arrivalMid === undefined ? null : format(intent.arrivalMid),
];

export const eventValues = (event: JournalEvent): readonly unknown[] => [
  String(event.sequence),
  event.eventId,
  event.subject,
  Buffer.from(event.payload),
  event.traceparent,
];

export const fillValues = (fill: Fill): readonly unknown[] => [
  fill.fillId,
  fill.instrumentId,
  fill.side,
  format(fill.quantity),
  format(fill.price),
  fill.clientOrderId ?? null,
  String(fill.venueTimeNs),
];

export const fundingValues = (payment: FundingPayment): readonly unknown[] => [
  payment.paymentId,
  String(payment.venueTimeNs),
];

/** Rows to one array per column, as `unnest` wants them. */
export const columnsOf = (rows: ReadonlyArray<readonly unknown[]>, width: number): unknown[][] =>
  Array.from({ length: width }, (_, column) => rows.map((row) => row[column]));
