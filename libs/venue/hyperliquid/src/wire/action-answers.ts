import { type Price, type Quantity, venueOrderId } from '@argosy/domain';
import type { AnswerTrouble, CancelAnswer, DoubtfulLeg, PlaceAnswer } from '@argosy/venue-port';
import { proofOf } from './answer-table.js';
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
import { readable } from './frame.js';

const STATUSES_MAX = 1_000;

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

/** Told of what an answer says beside the fate of its orders. */
export type NoteTrouble = (kind: AnswerTrouble, reason: string) => void;

const everyLeg = <T>(count: number, answer: T): ActionAnswer<T> => ({
  kind: 'orders',
  answers: Array.from({ length: count }, () => answer),
});

interface Reading<T> {
  readonly type: 'order' | 'cancel' | 'default';
  readonly count: number;
  readonly leg: (value: unknown, index: number) => T;
  readonly refusal: (reason: string, gone: boolean) => T;
  /** The cloid a leg was asked under, where the venue may echo it. */
  readonly cloidOf?: (index: number) => string;
  readonly doubt?: (reason: string) => T;
  readonly note: NoteTrouble;
}

/** A refusal of everything: of a websocket post, of the action, or the single error of a pre-validated batch. */
function refusedWhole<T>(reason: string, { count, refusal, note }: Reading<T>): ActionAnswer<T> {
  const { proof, trouble } = proofOf(reason, 'request');
  if (trouble !== undefined) note(trouble, reason);
  if (proof === 'limited') return { kind: 'rate_limited', reason };
  if (proof === 'in_doubt') return { kind: 'unknown', reason };
  return everyLeg(count, refusal(reason, proof === 'gone_or_filled'));
}

/** One order's own error. Its text may still prove nothing: then the order is in doubt, whatever field it stood in. */
function refusedLeg<T>(reason: string, { refusal, note }: Reading<T>): T {
  const { proof, trouble } = proofOf(reason, 'leg');
  if (trouble !== undefined) note(trouble, reason);
  if (proof === 'in_doubt') throw new WireError(reason);
  return refusal(reason, proof === 'gone_or_filled');
}

function errorOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { error } = value as WireRecord;
  return typeof error === 'string' ? error : undefined;
}

function echoOf(status: unknown): string | undefined {
  if (typeof status !== 'object' || status === null) return undefined;
  const { resting, filled } = status as WireRecord;
  const inner = (resting ?? filled) as WireRecord | undefined;
  if (typeof inner !== 'object' || inner === null) return undefined;
  const echo = readable(() => cloid(inner['cloid'], 'cloid'));
  // An echo that cannot be read contradicts every order.
  return echo.ok ? echo.value : 'unreadable';
}

/**
 * The status of each leg. Where the venue echoes our ids they decide; by place alone only if there is one status a leg and no
 * echo contradicts it. What is left over has no answer (5.15).
 */
function statusesOfLegs<T>(statuses: readonly unknown[], { count, cloidOf }: Reading<T>): readonly unknown[] {
  const echoes = statuses.map(echoOf);
  const inPlace =
    statuses.length === count && echoes.every((echo, index) => echo === undefined || echo === cloidOf?.(index));
  if (inPlace) return statuses;
  return Array.from({ length: count }, (_, index) => {
    const mine = cloidOf?.(index);
    const found = statuses.filter((_status, at) => mine !== undefined && echoes[at] === mine);
    return found.length === 1 ? found[0] : undefined;
  });
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
  return readLegs(statuses, reading);
}

function readLegs<T>(statuses: readonly unknown[], reading: Reading<T>): ActionAnswer<T> {
  const { count, doubt } = reading;
  const missing = `${String(statuses.length)} statuses for ${String(count)} orders`;
  let doubts = 0;
  const answers = statusesOfLegs(statuses, reading).map((status, index) => {
    try {
      if (status === undefined) throw new WireError(missing);
      return reading.leg(status, index);
    } catch (error) {
      if (!(error instanceof WireError) || doubt === undefined) throw error;
      doubts += 1;
      // With nobody answered it is the request that is in doubt, as after silence.
      if (doubts === count) throw error;
      return doubt(error.message);
    }
  });
  return { kind: 'orders', answers };
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

function placedLeg(value: unknown, leg: PlacedLeg, refuse: (reason: string) => PlaceAnswer): PlaceAnswer {
  const row = record(value, 'status');
  const outcomes = (['resting', 'filled', 'error'] as const).filter((name) => row[name] !== undefined);
  const [outcome] = outcomes;
  if (outcomes.length !== 1 || outcome === undefined)
    throw new WireError(`status says ${String(outcomes.length)} things at once`);
  if (outcome === 'error') return refuse(text(row['error'], 'error'));
  const inner = record(row[outcome], outcome);
  const id = venueOrderId(String(whole(inner['oid'], 'oid')));
  if (outcome === 'resting') return { outcome: 'working', venueOrderId: id };
  const filled: Quantity = positiveQuantity(inner['totalSz'], 'totalSz');
  if (filled > leg.quantity) throw new WireError(`filled ${shown(inner['totalSz'])}, more than the order`);
  const averagePrice: Price = price(inner['avgPx'], 'avgPx');
  return { outcome: 'filled', venueOrderId: id, quantity: filled, averagePrice };
}

const inDoubt = (reason: string): DoubtfulLeg => ({ outcome: 'in_doubt', reason });
const SILENT: NoteTrouble = () => undefined;

/** @throws WireError for an answer that proves nothing of any leg: the caller's orders are in doubt. */
export function parsePlaceAnswer(
  response: unknown,
  legs: readonly PlacedLeg[],
  note: NoteTrouble = SILENT,
): ActionAnswer<PlaceAnswer> {
  const reading: Reading<PlaceAnswer> = {
    type: 'order',
    count: legs.length,
    leg: (value, index) => placedLeg(value, legs[index] as PlacedLeg, (reason) => refusedLeg(reason, reading)),
    refusal: (reason) => ({ outcome: 'rejected', reason }),
    cloidOf: (index) => (legs[index] as PlacedLeg).cloid,
    doubt: inDoubt,
    note,
  };
  return readResponse(response, reading);
}

/** @throws WireError as `parsePlaceAnswer`. */
export function parseCancelAnswer(
  response: unknown,
  count: number,
  note: NoteTrouble = SILENT,
): ActionAnswer<CancelAnswer> {
  const reading: Reading<CancelAnswer> = {
    type: 'cancel',
    count,
    leg: (value) => {
      if (value === 'success') return { outcome: 'cancelled' };
      const reason = errorOf(value);
      if (reason === undefined) throw new WireError('cancel status is neither success nor an error');
      return refusedLeg(reason, reading);
    },
    refusal: (reason, gone) => ({ outcome: gone ? 'unknown_order' : 'rejected', reason }),
    doubt: inDoubt,
    note,
  };
  return readResponse(response, reading);
}

/** How a command without orders (noop, scheduleCancel, updateLeverage) went. @throws WireError as `parsePlaceAnswer`. */
export const parseCommandAnswer = (
  response: unknown,
  note: NoteTrouble = SILENT,
): ActionAnswer<'done' | { readonly refused: string }> =>
  readResponse<'done' | { readonly refused: string }>(response, {
    type: 'default',
    count: 1,
    leg: () => 'done',
    refusal: (refused) => ({ refused }),
    note,
  });
