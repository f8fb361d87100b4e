import {
  type ClientOrderId,
  format,
  type Instrument,
  type InstrumentId,
  isLegalPrice,
  isLegalQuantity,
  type OrderRequestId,
  type Price,
  type Quantity,
  SIDES,
  TIMES_IN_FORCE,
  type Venue,
} from '@argosy/domain';
import { ACTIONS_PER_EVENT_MAX, NonsenseAction, type StrategyAction } from '@argosy/strategy-api';

const SIGNAL = /^[\x20-\x7e]{1,64}$/;
const REQUEST_ID_LENGTH_MAX = 64;

/** What the host knows of a strategy when it judges its actions. */
export interface ActionView {
  /** As the strategy was last told, which may be behind the venue: risk and the venue judge by the newest. */
  instrument(id: InstrumentId): Instrument | undefined;
  /** Of its trading account. */
  readonly venue: Venue;
  /** Every order request id begins with it. */
  readonly requestPrefix: string;
  isOwnOrder(id: ClientOrderId): boolean;
}

const SUBMIT_KEYS: ReadonlySet<string> = new Set([
  'kind',
  'orderRequestId',
  'instrumentId',
  'side',
  'quantity',
  'limitPrice',
  'timeInForce',
  'reduceOnly',
  'signal',
]);
const CANCEL_KEYS: ReadonlySet<string> = new Set(['kind', 'clientOrderId', 'signal']);

/**
 * Reads what a strategy returned as actions. Shape only: whether an order is wise is risk's question. New objects are
 * made, so that nothing of the strategy's own is shared.
 * @throws NonsenseAction naming what is wrong and its value.
 */
export function actionsOf(returned: unknown, view: ActionView): readonly StrategyAction[] {
  if (!Array.isArray(returned)) throw new NonsenseAction(`returned ${typeof returned}, not a list of actions`);
  if (returned.length > ACTIONS_PER_EVENT_MAX) {
    throw new NonsenseAction(
      `${String(returned.length)} actions for one event, at most ${String(ACTIONS_PER_EVENT_MAX)}`,
    );
  }
  return Array.from(returned as unknown[], (action) => actionOf(action, view));
}

function actionOf(raw: unknown, view: ActionView): StrategyAction {
  if (typeof raw !== 'object' || raw === null)
    throw new NonsenseAction(`an action is ${raw === null ? 'null' : typeof raw}`);
  const action = raw as Readonly<Record<string, unknown>>;
  const kind = own(action, 'kind');
  if (kind === 'submit') return submitOf(action, view);
  if (kind === 'cancel') return cancelOf(action, view);
  throw new NonsenseAction(`an action of kind ${shown(kind)}`);
}

function submitOf(action: Readonly<Record<string, unknown>>, view: ActionView): StrategyAction {
  refuseUnknownKeys(action, SUBMIT_KEYS);
  const instrument = instrumentOf(own(action, 'instrumentId'), view);
  const quantity = positive('quantity', own(action, 'quantity')) as Quantity;
  const limitPrice = positive('limit price', own(action, 'limitPrice')) as Price;
  if (!isLegalQuantity(instrument.lot, quantity))
    throw new NonsenseAction(`quantity ${format(quantity)} is not a multiple of the lot ${format(instrument.lot)}`);
  if (!isLegalPrice(instrument.priceRule, limitPrice))
    throw new NonsenseAction(`limit price ${format(limitPrice)} is off the ticks of ${instrument.id}`);
  const reduceOnly = own(action, 'reduceOnly');
  if (typeof reduceOnly !== 'boolean') throw new NonsenseAction(`reduce-only is ${shown(reduceOnly)}`);
  return {
    kind: 'submit',
    orderRequestId: requestIdOf(own(action, 'orderRequestId'), view),
    instrumentId: instrument.id,
    side: oneOf('side', SIDES, own(action, 'side')),
    quantity,
    limitPrice,
    timeInForce: oneOf('time in force', TIMES_IN_FORCE, own(action, 'timeInForce')),
    reduceOnly,
    signal: signalOf(action),
  };
}

function cancelOf(action: Readonly<Record<string, unknown>>, view: ActionView): StrategyAction {
  refuseUnknownKeys(action, CANCEL_KEYS);
  const id = own(action, 'clientOrderId');
  if (typeof id !== 'string' || !view.isOwnOrder(id as ClientOrderId))
    throw new NonsenseAction(`cancels an order that is not its own: ${shown(id)}`);
  return { kind: 'cancel', clientOrderId: id as ClientOrderId, signal: signalOf(action) };
}

function instrumentOf(raw: unknown, view: ActionView): Instrument {
  const instrument = typeof raw === 'string' ? view.instrument(raw as InstrumentId) : undefined;
  if (instrument === undefined) throw new NonsenseAction(`an instrument that is not its own: ${shown(raw)}`);
  if (instrument.venue !== view.venue)
    throw new NonsenseAction(`${instrument.id} is not traded on its account's venue ${view.venue}`);
  return instrument;
}

function requestIdOf(raw: unknown, { requestPrefix }: ActionView): OrderRequestId {
  const isOwn =
    typeof raw === 'string' &&
    raw.length <= REQUEST_ID_LENGTH_MAX &&
    raw.startsWith(requestPrefix) &&
    /^[A-Za-z0-9_-]+$/.test(raw);
  if (!isOwn) throw new NonsenseAction(`an order request id that is not of this run: ${shown(raw)}`);
  return raw as OrderRequestId;
}

function positive(field: string, raw: unknown): bigint {
  if (typeof raw !== 'bigint' || raw <= 0n) throw new NonsenseAction(`${field} ${shown(raw)}, not above zero`);
  // Past this nothing fits the wire, the store or the scale.
  if (raw >= 10n ** 32n) throw new NonsenseAction(`${field} beyond every limit`);
  return raw;
}

function signalOf(action: Readonly<Record<string, unknown>>): string {
  const signal = own(action, 'signal');
  if (typeof signal !== 'string' || !SIGNAL.test(signal)) throw new NonsenseAction(`a signal of ${shown(signal)}`);
  return signal;
}

function oneOf<Word extends string>(field: string, words: readonly Word[], raw: unknown): Word {
  const word = words.find((candidate) => candidate === raw);
  if (word === undefined) throw new NonsenseAction(`${field} ${shown(raw)}`);
  return word;
}

/** Own properties only: what a prototype offers was never said. */
const own = (action: Readonly<Record<string, unknown>>, key: string): unknown =>
  Object.hasOwn(action, key) ? action[key] : undefined;

function refuseUnknownKeys(action: Readonly<Record<string, unknown>>, known: ReadonlySet<string>): void {
  const unknown = Object.keys(action).find((key) => !known.has(key));
  if (unknown !== undefined) throw new NonsenseAction(`an action with '${unknown.slice(0, 40)}'`);
}

const shown = (raw: unknown): string =>
  ['string', 'number', 'boolean', 'bigint'].includes(typeof raw) ? `'${String(raw).slice(0, 80)}'` : typeof raw;
