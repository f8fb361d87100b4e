import { type Decimal, format, type Level, parseAmount, parsePrice, parseQuantity, timeNs } from '@argosy/domain';
import type { StrategyAction, StrategyEvent } from '@argosy/strategy-api';

/** Every field of an event or action that holds a number as bigint, and how it is written: as text, exactly. */
const DECIMALS: ReadonlySet<string> = new Set([
  'price',
  'quantity',
  'limitPrice',
  'arrivalMid',
  'filledQuantity',
  'filledNotional',
  'fee',
  'venueClosedPnl',
  'averagePrice',
  'lot',
  'tick',
  'minimumNotional',
  'markPrice',
  'oraclePrice',
  'midPrice',
  'fundingRate',
  'openInterest',
  'dayVolumeNotional',
  'open',
  'high',
  'low',
  'close',
  'volume',
]);
const INTEGERS: ReadonlySet<string> = new Set([
  'at',
  'sequence',
  'venueTimeNs',
  'receivedTimeNs',
  'openTimeNs',
  'closeTimeNs',
  'sinceNs',
  'createdAt',
  'updatedAt',
]);
const LEVELS: ReadonlySet<string> = new Set(['bids', 'asks']);

/** Marks an integer whose field is in neither table. */
const UNLISTED = '$integer';

const levelText = ({ price, quantity }: Level): readonly [string, string] => [format(price), format(quantity)];

/** JSON of an event or of actions: decimals and times as text, levels as pairs. The same value gives the same bytes. */
export function textOf(value: unknown): string {
  return JSON.stringify(value, (key: string, part: unknown) => {
    if (typeof part === 'bigint') {
      if (DECIMALS.has(key)) return format(part as Decimal);
      if (INTEGERS.has(key)) return String(part);
      // A field that is newer than this table: readable for us alone, but whole.
      return { [UNLISTED]: String(part) };
    }
    return LEVELS.has(key) && Array.isArray(part) ? (part as readonly Level[]).map(levelText) : part;
  });
}

/** Actions in one order of fields, however the strategy wrote them. */
export function actionsText(actions: readonly StrategyAction[]): string {
  return textOf(
    actions.map((action) =>
      action.kind === 'cancel'
        ? { kind: action.kind, clientOrderId: action.clientOrderId, signal: action.signal }
        : {
            kind: action.kind,
            orderRequestId: action.orderRequestId,
            instrumentId: action.instrumentId,
            side: action.side,
            quantity: action.quantity,
            limitPrice: action.limitPrice,
            timeInForce: action.timeInForce,
            reduceOnly: action.reduceOnly,
            signal: action.signal,
          },
    ),
  );
}

/**
 * The event that `textOf` wrote.
 * @throws SyntaxError or DecimalFormatError for anything else.
 */
export function eventOf(text: string): StrategyEvent {
  return revived(JSON.parse(text)) as StrategyEvent;
}

/** As `eventOf`, of what is parsed already. */
export function revived(parsed: unknown): unknown {
  if (Array.isArray(parsed)) return parsed.map(revived);
  if (typeof parsed !== 'object' || parsed === null) return parsed;
  const unlisted: unknown = (parsed as Readonly<Record<string, unknown>>)[UNLISTED];
  if (typeof unlisted === 'string') return BigInt(unlisted);
  return Object.fromEntries(Object.entries(parsed).map(([key, part]) => [key, revivedField(key, part)]));
}

function revivedField(key: string, part: unknown): unknown {
  // A refusal's details are text whatever they are called.
  if (key === 'details') return part;
  if (LEVELS.has(key)) return (part as readonly (readonly [string, string])[]).map(levelOf);
  if (typeof part === 'string' && DECIMALS.has(key)) return parseAmount(part);
  if (typeof part === 'string' && INTEGERS.has(key)) return timeNs(BigInt(part));
  return revived(part);
}

const levelOf = ([price, quantity]: readonly [string, string]): Level => ({
  price: parsePrice(price),
  quantity: parseQuantity(quantity),
});
