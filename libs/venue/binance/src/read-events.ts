import type { Candle, InstrumentId, MarketState, MarketTrade, Price, Quantity, TimeNs } from '@argosy/domain';
import { type BookUnits, NOT_A_COUNT } from '@argosy/market-data-core';
import { type JsonRecord, readAmount, readId, readPrice, readVenueMs, venueTime } from './read-json.js';

export interface EventContext {
  readonly instrumentId: InstrumentId;
  readonly units: BookUnits;
  readonly receivedTimeNs: TimeNs;
}

const priceOf = (value: unknown, { tick }: BookUnits): Price | undefined => {
  const ticks = typeof value === 'string' ? tick.toCount(value) : NOT_A_COUNT;
  return ticks > 0 ? tick.toDecimal(ticks) : undefined;
};
const quantityOf = (value: unknown, { size }: BookUnits): Quantity | undefined => {
  const count = typeof value === 'string' ? size.toCount(value) : NOT_A_COUNT;
  return count >= 0 ? size.toDecimal(count) : undefined;
};

/** `trade` or `aggTrade`. USD-M also reports price and size zero for settlements that traded nothing: not a trade. */
export function readTrade(data: JsonRecord, context: EventContext): MarketTrade | undefined {
  const id = readId(data['t'] ?? data['a']);
  const price = priceOf(data['p'], context.units);
  const quantity = quantityOf(data['q'], context.units);
  const venueMs = readVenueMs(data['T']);
  const buyerIsMaker = data['m'];
  if (id === undefined || price === undefined || quantity === undefined || quantity === 0n || venueMs === undefined)
    return undefined;
  if (typeof buyerIsMaker !== 'boolean') return undefined;
  const { instrumentId, receivedTimeNs } = context;
  const aggressor = buyerIsMaker ? 'sell' : 'buy';
  return {
    instrumentId,
    tradeId: String(id),
    price,
    quantity,
    aggressor,
    venueTimeNs: venueTime(venueMs),
    receivedTimeNs,
  };
}

/** `markPrice`: the mark, the index as oracle, the funding rate. A dated future leaves the rate empty. */
export function readMarkPrice(data: JsonRecord, context: EventContext): MarketState | undefined {
  const markPrice = readPrice(data['p']);
  const venueMs = readVenueMs(data['E']);
  if (markPrice === undefined || venueMs === undefined) return undefined;
  const oraclePrice = readPrice(data['i']);
  const fundingRate = readAmount(data['r']);
  return {
    instrumentId: context.instrumentId,
    markPrice,
    ...(oraclePrice === undefined ? {} : { oraclePrice }),
    ...(fundingRate === undefined ? {} : { fundingRate }),
    venueTimeNs: venueTime(venueMs),
    receivedTimeNs: context.receivedTimeNs,
  };
}

/** `ticker` or `miniTicker`: the value traded in the last day. */
export function readDayTicker(data: JsonRecord, context: EventContext): MarketState | undefined {
  const dayVolumeNotional = readAmount(data['q']);
  const venueMs = readVenueMs(data['E']);
  if (dayVolumeNotional === undefined || dayVolumeNotional < 0n || venueMs === undefined) return undefined;
  return {
    instrumentId: context.instrumentId,
    dayVolumeNotional,
    venueTimeNs: venueTime(venueMs),
    receivedTimeNs: context.receivedTimeNs,
  };
}

/** `kline_1m`. */
export function readCandle(data: JsonRecord, context: EventContext): Candle | undefined {
  const k = data['k'];
  if (typeof k !== 'object' || k === null) return undefined;
  const kline = k as JsonRecord;
  const [openMs, closeMs, trades] = [readVenueMs(kline['t']), readVenueMs(kline['T']), readId(kline['n'])];
  const [open, high, low, close] = ['o', 'h', 'l', 'c'].map((name) => priceOf(kline[name], context.units));
  const volume = quantityOf(kline['v'], context.units);
  if (kline['i'] !== '1m' || typeof kline['x'] !== 'boolean') return undefined;
  if (openMs === undefined || closeMs === undefined || trades === undefined || volume === undefined) return undefined;
  if (open === undefined || high === undefined || low === undefined || close === undefined || low > high)
    return undefined;
  return {
    instrumentId: context.instrumentId,
    openTimeNs: venueTime(openMs),
    // Binance names the last ms inside; ours is the first instant after.
    closeTimeNs: venueTime(closeMs + 1),
    open,
    high,
    low,
    close,
    volume,
    trades,
    closed: kline['x'],
  };
}
