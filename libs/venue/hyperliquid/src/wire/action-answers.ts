import { type Price, type Quantity, venueOrderId } from '@argosy/domain';
import type { CancelAnswer, PlaceAnswer } from '@argosy/venue-port';
import {
  cloid,
  list,
  positiveQuantity,
  price,
  record,
  shown,
  text,
  whole,
  WireError,
  type WireRecord,
} from './field.js';

const STATUSES_MAX = 1_000;
const UNKNOWN_ORDER = /^Order was never placed, already canceled, or filled/;
/** Texts of the venue that say "too much" rather than "no". */
const RATE_LIMITED = /^429\b|too many (cumulative |pending )?(requests|post requests)|rate limit/i;
/** The nonce is spent, by this very order or by a burn: the order may exist (architecture of in-doubt orders). */
const NONCE_SPENT = /nonce/i;
const SERVER_ERROR = /^5\d\d\b/;

/** What a whole action came to. `orders` has one entry a leg; the other two speak for all legs at once. */
export type ActionAnswer<T> =
  | { readonly kind: 'orders'; readonly answers: readonly T[] }
  | { readonly kind: 'rate_limited'; readonly reason: string }
  /** Readable, but no proof of anything: the outcome has to be asked for. */
  | { readonly kind: 'unknown'; readonly reason: string };

/** What one leg was, to check the answer against. */
export interface PlacedLeg {
  readonly cloid: string;
  readonly quantity: Quantity;
}

/** Why a refusal of the whole request leaves its outcome open, or that it is a limit; undefined when it is a plain no. */
function notARefusal(reason: string): ActionAnswer<never> | undefined {
  if (RATE_LIMITED.test(reason)) return { kind: 'rate_limited', reason };
  if (SERVER_ERROR.test(reason) || NONCE_SPENT.test(reason)) return { kind: 'unknown', reason };
  return undefined;
}

const everyLeg = <T>(count: number, answer: T): ActionAnswer<T> => ({
  kind: 'orders',
  answers: Array.from({ length: count }, () => answer),
});

interface Reading<T> {
  readonly type: 'order' | 'cancel' | 'default';
  readonly count: number;
  readonly leg: (value: unknown, index: number) => T;
  readonly refusal: (reason: string) => T;
}

/** A refusal of everything: of a websocket post, of the action, or the single error of a pre-validated batch. */
function refusedWhole<T>(reason: string, { count, refusal }: Reading<T>): ActionAnswer<T> {
  return notARefusal(reason) ?? everyLeg(count, refusal(reason));
}

function errorOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { error } = value as WireRecord;
  return typeof error === 'string' ? error : undefined;
}

function readStatuses<T>(response: WireRecord, reading: Reading<T>): ActionAnswer<T> {
  const type = text(response['type'], 'response type');
  if (type !== reading.type)
    throw new WireError(`answer to another request: '${type.slice(0, 40)}' for '${reading.type}'`);
  // Commands have nothing to say beyond their success.
  if (type === 'default') return everyLeg(reading.count, reading.leg(undefined, 0));
  const statuses = list(record(response['data'], 'response data')['statuses'], 'statuses', STATUSES_MAX);
  const [only] = statuses;
  const single = statuses.length === 1 ? errorOf(only) : undefined;
  // Documented: what fails before any order is looked at is answered once for the whole batch.
  if (single !== undefined && reading.count > 1) return refusedWhole(single, reading);
  if (statuses.length !== reading.count) {
    throw new WireError(`${String(statuses.length)} statuses for ${String(reading.count)} orders`);
  }
  return { kind: 'orders', answers: statuses.map((status, index) => reading.leg(status, index)) };
}

function readPayload<T>(payload: unknown, reading: Reading<T>): ActionAnswer<T> {
  const row = record(payload, 'payload');
  const status = text(row['status'], 'status');
  const { response } = row;
  if (status === 'err') return refusedWhole(text(response, 'error response'), reading);
  if (status !== 'ok') throw new WireError(`status is '${status.slice(0, 40)}'`);
  return readStatuses(record(response, 'response'), reading);
}

/**
 * The `response` of a websocket post. Success with an error inside, an error with success inside, an answer of another
 * kind or length: none of them is believed (bad input 6), the outcome is unknown.
 * @throws WireError
 */
function readResponse<T>(response: unknown, reading: Reading<T>): ActionAnswer<T> {
  const row = record(response, 'response');
  const type = text(row['type'], 'response type');
  if (type === 'error') return refusedWhole(text(row['payload'], 'error payload'), reading);
  if (type !== 'action') throw new WireError(`answer to another request: '${type.slice(0, 40)}'`);
  return readPayload(row['payload'], reading);
}

function placedLeg(value: unknown, leg: PlacedLeg): PlaceAnswer {
  const row = record(value, 'status');
  const outcomes = (['resting', 'filled', 'error'] as const).filter((name) => row[name] !== undefined);
  const [outcome] = outcomes;
  if (outcomes.length !== 1 || outcome === undefined)
    throw new WireError(`status says ${String(outcomes.length)} things at once`);
  if (outcome === 'error') return { outcome: 'rejected', reason: text(row['error'], 'error') };
  const inner = record(row[outcome], outcome);
  const echoed = cloid(inner['cloid'], 'cloid');
  if (echoed !== undefined && echoed !== leg.cloid)
    throw new WireError(`answer for order 0x${echoed} to order 0x${leg.cloid}`);
  const id = venueOrderId(String(whole(inner['oid'], 'oid')));
  if (outcome === 'resting') return { outcome: 'working', venueOrderId: id };
  const filled: Quantity = positiveQuantity(inner['totalSz'], 'totalSz');
  if (filled > leg.quantity) throw new WireError(`filled ${shown(inner['totalSz'])}, more than the order`);
  const averagePrice: Price = price(inner['avgPx'], 'avgPx');
  return { outcome: 'filled', venueOrderId: id, quantity: filled, averagePrice };
}

function refusedCancel(reason: string): CancelAnswer {
  return UNKNOWN_ORDER.test(reason) ? { outcome: 'unknown_order', reason } : { outcome: 'rejected', reason };
}

/** @throws WireError for an answer that proves nothing: the caller's orders are in doubt. */
export const parsePlaceAnswer = (response: unknown, legs: readonly PlacedLeg[]): ActionAnswer<PlaceAnswer> =>
  readResponse(response, {
    type: 'order',
    count: legs.length,
    leg: (value, index) => placedLeg(value, legs[index] as PlacedLeg),
    refusal: (reason) => ({ outcome: 'rejected', reason }),
  });

/** @throws WireError as `parsePlaceAnswer`. */
export const parseCancelAnswer = (response: unknown, count: number): ActionAnswer<CancelAnswer> =>
  readResponse(response, {
    type: 'cancel',
    count,
    leg: (value) => {
      if (value === 'success') return { outcome: 'cancelled' };
      const reason = errorOf(value);
      if (reason === undefined) throw new WireError('cancel status is neither success nor an error');
      return refusedCancel(reason);
    },
    refusal: refusedCancel,
  });

/** How a command without orders (noop, scheduleCancel, updateLeverage) went. @throws WireError as `parsePlaceAnswer`. */
export const parseCommandAnswer = (response: unknown): ActionAnswer<'done' | { readonly refused: string }> =>
  readResponse<'done' | { readonly refused: string }>(response, {
    type: 'default',
    count: 1,
    leg: () => 'done',
    refusal: (refused) => ({ refused }),
  });
