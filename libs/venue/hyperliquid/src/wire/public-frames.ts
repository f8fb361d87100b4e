import type {
  Amount,
  Candle,
  InstrumentId,
  Level,
  MarketState,
  MarketTrade,
  Price,
  Quantity,
  TimeNs,
} from '@argosy/domain';
import {
  amount,
  list,
  positiveQuantity,
  price,
  record,
  shown,
  side,
  statistic,
  text,
  time,
  timeMs,
  timeNsOf,
  whole,
  WireError,
  type WireRecord,
} from './field.js';

/** The venue shows 20 levels a side; a book far deeper is not from it. */
const LEVELS_MAX = 200;
const TRADES_MAX = 5_000;
const CANDLE_INTERVAL = '1m';

/** How finely one coin is quoted: more digits than this mean that our instrument is out of date. */
export interface Precision {
  readonly priceDecimals: number;
  readonly sizeDecimals: number;
}

export interface WireBook {
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
  readonly venueTimeMs: number;
}

export interface BestPrices {
  readonly bid: Level | undefined;
  readonly ask: Level | undefined;
  readonly venueTimeMs: number;
}

/** `coin` of a frame's data, so that even a broken book can be laid at the right door; undefined when unreadable. */
export function coinOf(data: unknown): string | undefined {
  const first: unknown = Array.isArray(data) ? data[0] : data;
  if (typeof first !== 'object' || first === null) return undefined;
  const { coin, s } = first as WireRecord;
  if (typeof coin === 'string') return coin;
  return typeof s === 'string' ? s : undefined;
}

/** Texts remembered a coin and field; far more than a book shows at once. */
const TEXTS_REMEMBERED = 4_096;

/**
 * Reads one coin's books. Successive books are nearly the same, so texts already turned into numbers are remembered:
 * that halves the time from frame to book.
 */
export class BookReader {
  private readonly prices = new Map<string, Price>();
  private readonly sizes = new Map<string, Quantity>();

  constructor(private readonly precision: Precision) {}

  /** @throws WireError unless every level is positive, in order and no finer than the instrument. */
  book(data: unknown): WireBook {
    const book = record(data, 'l2Book');
    const sides = list(book['levels'], 'levels', 2);
    if (sides.length !== 2) throw new WireError('levels has not two sides');
    return {
      bids: this.levels(sides[0], 'bids', -1),
      asks: this.levels(sides[1], 'asks', 1),
      venueTimeMs: timeMs(book['time'], 'time'),
    };
  }

  /** Best bid and ask; a missing side is null, or absent in older messages. @throws WireError as `book`. */
  best(data: unknown): BestPrices {
    const row = record(data, 'bbo');
    const sides = list(row['bbo'], 'bbo', 2);
    const one = (value: unknown, name: string): Level | undefined =>
      value === undefined || value === null ? undefined : this.levels([value], name, 1)[0];
    const [bid, ask] = [one(sides[0], 'bid'), one(sides[1], 'ask')];
    if (bid !== undefined && ask !== undefined && bid.price >= ask.price) throw new WireError('bbo is crossed');
    return { bid, ask, venueTimeMs: timeMs(row['time'], 'time') };
  }

  /** One side, best first: `direction` is 1 where prices must rise (asks), -1 where they must fall (bids). */
  private levels(value: unknown, name: string, direction: 1 | -1): readonly Level[] {
    const rows = list(value, name, LEVELS_MAX);
    const out: Level[] = [];
    let last: Price | undefined;
    for (const row of rows) {
      const { px, sz } = record(row, name);
      const level = { price: this.price(px), quantity: this.size(sz) };
      if (last !== undefined && (direction === 1 ? level.price <= last : level.price >= last)) {
        throw new WireError(`${name} is not sorted at ${shown(px)}`);
      }
      last = level.price;
      out.push(level);
    }
    return out;
  }

  private price(value: unknown): Price {
    const known = this.prices.get(value as string);
    if (known !== undefined) return known;
    return remember(this.prices, value, price(value, 'px', this.precision.priceDecimals));
  }

  private size(value: unknown): Quantity {
    const known = this.sizes.get(value as string);
    if (known !== undefined) return known;
    return remember(this.sizes, value, positiveQuantity(value, 'sz', this.precision.sizeDecimals));
  }
}

function remember<T>(texts: Map<string, T>, value: unknown, parsed: T): T {
  // What was parsed is text, or parsing would have thrown.
  if (texts.size >= TEXTS_REMEMBERED) texts.clear();
  texts.set(value as string, parsed);
  return parsed;
}

function trade(value: unknown, instrumentId: InstrumentId, receivedTimeNs: TimeNs): MarketTrade {
  const row = record(value, 'trade');
  return {
    instrumentId,
    tradeId: String(whole(row['tid'], 'tid')),
    price: price(row['px'], 'px'),
    quantity: positiveQuantity(row['sz'], 'sz'),
    aggressor: side(row['side'], 'side'),
    venueTimeNs: time(row['time'], 'time'),
    receivedTimeNs,
  };
}

/** @throws WireError when any trade of the frame is unreadable or of another coin. */
export function parseTrades(
  data: unknown,
  coin: string,
  instrumentId: InstrumentId,
  receivedTimeNs: TimeNs,
): readonly MarketTrade[] {
  return list(data, 'trades', TRADES_MAX).map((row) => {
    if (coinOf(row) !== coin) throw new WireError(`trades mix coins: ${coin} and ${String(coinOf(row))}`);
    return trade(row, instrumentId, receivedTimeNs);
  });
}

const optionalPrice = (value: unknown, name: string): Price | undefined =>
  value === undefined || value === null ? undefined : price(value, name);

/** The venue gives no time with these, so the moment we received it stands for both. */
export function parseMarketState(data: unknown, instrumentId: InstrumentId, receivedTimeNs: TimeNs): MarketState {
  const ctx = record(record(data, 'activeAssetCtx')['ctx'], 'ctx');
  const midPrice = optionalPrice(ctx['midPx'], 'midPx');
  return {
    instrumentId,
    markPrice: price(ctx['markPx'], 'markPx'),
    oraclePrice: price(ctx['oraclePx'], 'oraclePx'),
    ...(midPrice === undefined ? {} : { midPrice }),
    fundingRate: amount(ctx['funding'], 'funding'),
    openInterest: statistic(ctx['openInterest'], 'openInterest') as Quantity,
    dayVolumeNotional: statistic(ctx['dayNtlVlm'], 'dayNtlVlm') as Amount,
    venueTimeNs: receivedTimeNs,
    receivedTimeNs,
  };
}

/** @throws WireError for another interval than one minute, and unless low ≤ open, close ≤ high. */
export function parseCandle(data: unknown, instrumentId: InstrumentId): Candle {
  const row = record(data, 'candle');
  if (text(row['i'], 'i') !== CANDLE_INTERVAL) throw new WireError(`candle interval is ${shown(row['i'])}`);
  const candle: Candle = {
    instrumentId,
    openTimeNs: time(row['t'], 't'),
    closeTimeNs: timeNsOf(timeMs(row['T'], 'T')),
    open: price(row['o'], 'o'),
    high: price(row['h'], 'h'),
    low: price(row['l'], 'l'),
    close: price(row['c'], 'c'),
    volume: statistic(row['v'], 'v') as Quantity,
    trades: whole(row['n'], 'n'),
    closed: false,
  };
  const inside = (value: Price): boolean => value >= candle.low && value <= candle.high;
  if (!inside(candle.open) || !inside(candle.close))
    throw new WireError('candle has open or close outside low and high');
  if (candle.closeTimeNs <= candle.openTimeNs) throw new WireError('candle closes before it opens');
  return candle;
}
