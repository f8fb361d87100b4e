import {
  type AccountId,
  type Amount,
  type ClientOrderId,
  type Fill,
  type FillCause,
  fillId,
  type FundingPayment,
  type InstrumentId,
  type Price,
  sub,
  type TimeNs,
  type VenuePosition,
  venueOrderId,
} from '@argosy/domain';
import type { VenueAccountState, VenueOrderReport } from '@argosy/venue-port';
import {
  amount,
  cloid,
  flag,
  list,
  positiveQuantity,
  price,
  quantity,
  record,
  shown,
  side,
  text,
  time,
  timeMs,
  timeNsOf,
  whole,
  WireError,
  type WireRecord,
} from './field.js';
import { venueOrderStatus } from './order-status.js';

/** Whose records these are, and which of the venue's coins are ours. */
export interface AccountView {
  readonly accountId: AccountId;
  /** Its address at the venue, in lower case. */
  readonly user: string;
  instrumentOf(coin: string): InstrumentId | undefined;
}

/** A record of something we do not trade here: spot, another exchange's perpetual, or a listing of this minute. */
export class UnknownCoin extends WireError {}

const POSITIONS_MAX = 10_000;
/** The margin asset, in which funding is paid and equity is counted. */
const MARGIN_ASSET = 'USDC';

function instrument(row: WireRecord, view: AccountView): InstrumentId {
  const coin = text(row['coin'], 'coin');
  const found = view.instrumentOf(coin);
  if (found === undefined) throw new UnknownCoin(`coin ${shown(coin)} is not a known perpetual`);
  return found;
}

const withClientOrderId = (value: unknown): { readonly clientOrderId?: ClientOrderId } => {
  const digits = cloid(value, 'cloid');
  return digits === undefined ? {} : { clientOrderId: digits as ClientOrderId };
};

const LIQUIDATED = /^Liquidated\b/;
const DELEVERAGED = 'Auto-Deleveraging';

/**
 * `liquidation` also stands on the fills of those who trade against it, so its address decides where it has one. `dir` is
 * text for people: one of its words that nobody has seen is no cause.
 */
function causeOf(row: WireRecord, view: AccountView): FillCause | undefined {
  const { dir, liquidation } = row;
  if (dir === DELEVERAGED) return 'auto_deleveraging';
  const liquidated =
    liquidation === undefined || liquidation === null
      ? undefined
      : record(liquidation, 'liquidation')['liquidatedUser'];
  const isOurs =
    liquidated === undefined || liquidated === null
      ? typeof dir === 'string' && LIQUIDATED.test(dir)
      : text(liquidated, 'liquidatedUser').toLowerCase() === view.user;
  return isOurs ? 'liquidation' : undefined;
}

/**
 * One fill, the same from the stream and from a query. `tid` alone does not identify it: both sides of a trade, and both
 * fills of one that crosses an account with itself, share it; account, coin, time, tid and side together do.
 * @throws WireError
 */
export function parseFill(value: unknown, view: AccountView): Fill {
  const row = record(value, 'fill');
  const coin = text(row['coin'], 'coin');
  const ms = timeMs(row['time'], 'time');
  const wireSide = side(row['side'], 'side');
  const tid = String(whole(row['tid'], 'tid'));
  const cause = causeOf(row, view);
  const closedPnl = row['closedPnl'] === undefined ? undefined : amount(row['closedPnl'], 'closedPnl');
  return {
    fillId: fillId([view.accountId, coin, String(ms), tid, wireSide].join(':')),
    ...withClientOrderId(row['cloid']),
    venueOrderId: venueOrderId(String(whole(row['oid'], 'oid'))),
    accountId: view.accountId,
    accountKind: 'live',
    venue: 'hyperliquid',
    instrumentId: instrument(row, view),
    side: wireSide,
    price: price(row['px'], 'px'),
    quantity: positiveQuantity(row['sz'], 'sz'),
    fee: amount(row['fee'], 'fee'),
    feeAsset: text(row['feeToken'], 'feeToken'),
    liquidity: flag(row['crossed'], 'crossed') ? 'taker' : 'maker',
    venueTimeNs: timeNsOf(ms),
    ...(closedPnl === undefined ? {} : { venueClosedPnl: closedPnl }),
    ...(cause === undefined ? {} : { cause }),
  };
}

/** A funding payment as streams give it (flat) or a query does (under `delta`, beside its time). @throws WireError */
export function parseFunding(value: unknown, view: AccountView): FundingPayment {
  const outer = record(value, 'funding');
  const row = outer['delta'] === undefined ? outer : record(outer['delta'], 'delta');
  if (row['type'] !== undefined && row['type'] !== 'funding')
    throw new WireError(`delta is not funding: ${shown(row['type'])}`);
  const ms = timeMs(outer['time'], 'time');
  const coin = text(row['coin'], 'coin');
  return {
    paymentId: ['hyperliquid', view.accountId, coin, String(ms)].join(':'),
    accountId: view.accountId,
    accountKind: 'live',
    venue: 'hyperliquid',
    instrumentId: instrument(row, view),
    asset: MARGIN_ASSET,
    amount: amount(row['usdc'], 'usdc'),
    position: amount(row['szi'], 'szi'),
    rate: amount(row['fundingRate'], 'fundingRate'),
    venueTimeNs: timeNsOf(ms),
  };
}

interface StatusAt {
  readonly word: string;
  readonly at: TimeNs;
}

function report(order: unknown, { word, at }: StatusAt, view: AccountView): VenueOrderReport {
  const row = record(order, 'order');
  const status = venueOrderStatus(word);
  if (status === undefined)
    throw new WireError(`unknown order status '${word.slice(0, 60)}' of oid ${shown(row['oid'])}`);
  const [total, remaining] = [quantity(row['origSz'], 'origSz'), quantity(row['sz'], 'sz')];
  if (remaining > total) throw new WireError(`order ${shown(row['oid'])} has more left than it had`);
  return {
    ...withClientOrderId(row['cloid']),
    venueOrderId: venueOrderId(String(whole(row['oid'], 'oid'))),
    instrumentId: instrument(row, view),
    side: side(row['side'], 'side'),
    limitPrice: price(row['limitPx'], 'limitPx'),
    quantity: total,
    remaining,
    status,
    reason: word,
    // Absent in some messages where it is false.
    reduceOnly:
      row['reduceOnly'] === undefined || row['reduceOnly'] === null ? false : flag(row['reduceOnly'], 'reduceOnly'),
    venueTimeNs: at,
  };
}

/** One entry of `orderUpdates`, and the inside of an `orderStatus` answer. @throws WireError */
export function parseOrderUpdate(value: unknown, view: AccountView): VenueOrderReport {
  const row = record(value, 'order update');
  return report(
    row['order'],
    { word: text(row['status'], 'status'), at: time(row['statusTimestamp'], 'statusTimestamp') },
    view,
  );
}

/** One entry of `frontendOpenOrders`: alive by being listed. @throws WireError */
export function parseOpenOrder(value: unknown, view: AccountView): VenueOrderReport {
  const at = time(record(value, 'open order')['timestamp'], 'timestamp');
  return report(value, { word: 'open', at }, view);
}

/** Undefined where the venue says that it does not know the order. @throws WireError */
export function parseOrderStatus(answer: unknown, view: AccountView): VenueOrderReport | undefined {
  const row = record(answer, 'orderStatus');
  const word = text(row['status'], 'status');
  if (word === 'unknownOid') return undefined;
  if (word !== 'order') throw new WireError(`orderStatus is '${word.slice(0, 40)}'`);
  return parseOrderUpdate(row['order'], view);
}

function position(value: unknown, view: AccountView): { readonly held: VenuePosition; readonly unrealised: Amount } {
  const row = record(record(value, 'asset position')['position'], 'position');
  const entry = row['entryPx'];
  const averagePrice: Price | undefined = entry === undefined || entry === null ? undefined : price(entry, 'entryPx');
  return {
    held: {
      instrumentId: instrument(row, view),
      quantity: amount(row['szi'], 'szi'),
      ...(averagePrice === undefined ? {} : { averagePrice }),
    },
    unrealised: amount(row['unrealizedPnl'], 'unrealizedPnl'),
  };
}

/**
 * `clearinghouseState`. Cash is what would be left if every position were closed at its entry price: account value
 * without unrealised profit. @throws WireError
 */
export function parseAccountState(answer: unknown, view: AccountView): VenueAccountState {
  const row = record(answer, 'clearinghouseState');
  const summary = record(row['marginSummary'], 'marginSummary');
  const equity = amount(summary['accountValue'], 'accountValue');
  const positions = list(row['assetPositions'], 'assetPositions', POSITIONS_MAX).map((each) => position(each, view));
  return {
    equity,
    cash: positions.reduce((cash, { unrealised }) => sub(cash, unrealised), equity),
    rawCash: amount(summary['totalRawUsd'], 'totalRawUsd'),
    marginUsed: amount(summary['totalMarginUsed'], 'totalMarginUsed'),
    positions: positions.map(({ held }) => held).filter((held) => held.quantity !== 0n),
    venueTimeNs: time(row['time'], 'time'),
  };
}
