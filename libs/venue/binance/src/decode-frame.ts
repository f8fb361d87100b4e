import type { DiffIds, LevelColumns } from '@argosy/market-data-core';
import { type BookUnits, isOrderedSide, readLevels } from '@argosy/market-data-core';
import type { BinanceMarket } from './binance-market.js';
import { isRecord, type JsonRecord, parseJson, readId, readVenueMs } from './read-json.js';

/** A frame longer than this never reaches the parser: the largest recorded diff is a fiftieth of it. */
export const FRAME_CHARACTERS_MAX = 1_048_576;
/** Levels a side in one diff or snapshot; 5,000 is the largest snapshot Binance gives. */
const LEVELS_MAX = 5_000;

/** One frame of a combined stream, its payload not yet believed. */
export interface StreamFrame {
  /** `btcusdt`. */
  readonly symbol: string;
  /** `depth`, `bookTicker`, `trade` …; a speed after a second `@` is left off. */
  readonly channel: string;
  readonly data: JsonRecord;
}

export type Decoded =
  | { readonly kind: 'stream'; readonly frame: StreamFrame }
  /** The venue announces that this connection is about to be cut. */
  | { readonly kind: 'shutdown' }
  /** The answer to a subscription or another frame that asks nothing of us. */
  | { readonly kind: 'notice' }
  | { readonly kind: 'unreadable'; readonly reason: string };

const unreadable = (reason: string): Decoded => ({ kind: 'unreadable', reason });

/** Never throws: every frame has one of the four outcomes. */
export function decodeFrame(text: string): Decoded {
  if (text.length > FRAME_CHARACTERS_MAX) return unreadable(`a frame of ${String(text.length)} characters`);
  const body = parseJson(text);
  if (!isRecord(body)) return unreadable('not a JSON object');
  const { stream, data } = body;
  if (isShutdown(body) || (isRecord(data) && isShutdown(data))) return { kind: 'shutdown' };
  if (typeof stream === 'string') return decodeStream(stream, data);
  return 'result' in body && 'id' in body ? { kind: 'notice' } : unreadable('no stream name');
}

const isShutdown = (body: JsonRecord): boolean => body['e'] === 'serverShutdown';

function decodeStream(stream: string, data: unknown): Decoded {
  if (!isRecord(data)) return unreadable(`stream '${stream.slice(0, 60)}' without data`);
  const [symbol = '', channel = ''] = stream.split('@', 2);
  const named = data['s'];
  // Two names for one message: when they differ neither can be believed.
  const agrees = named === undefined || (typeof named === 'string' && named.toLowerCase() === symbol);
  return agrees
    ? { kind: 'stream', frame: { symbol, channel, data } }
    : unreadable(`stream '${stream.slice(0, 60)}' holds another symbol`);
}

export interface DepthDiff extends DiffIds {
  readonly bids: LevelColumns;
  readonly asks: LevelColumns;
  readonly venueMs: number;
  readonly receivedMs: number;
}

/** A whole diff or the reason why not: a diff is refused before either side of a book moves. */
export function readDiff(
  data: JsonRecord,
  market: BinanceMarket,
  units: BookUnits,
  receivedMs: number,
): DepthDiff | string {
  const [first, last, previous] = [readId(data['U']), readId(data['u']), readId(data['pu'])];
  if (first === undefined || last === undefined || last < first)
    return `ids ${String(data['U'])} to ${String(data['u'])}`;
  if (market.chain === 'linked' && previous === undefined) return 'no predecessor id';
  const venueMs = readVenueMs(data['E']);
  if (venueMs === undefined) return `event time ${String(data['E']).slice(0, 40)} is not ms since 1970`;
  const bids = readLevels(data['b'], units, LEVELS_MAX);
  if (typeof bids === 'string') return `bids: ${bids}`;
  const asks = readLevels(data['a'], units, LEVELS_MAX);
  if (typeof asks === 'string') return `asks: ${asks}`;
  return { first, last, ...(previous === undefined ? {} : { previous }), bids, asks, venueMs, receivedMs };
}

export interface DepthSnapshot {
  readonly lastId: number;
  readonly bids: LevelColumns;
  readonly asks: LevelColumns;
}

/** A whole snapshot or the reason why not: empty, one-sided, unordered, glued or crossed pictures are refused. */
export function readSnapshot(body: unknown, units: BookUnits): DepthSnapshot | string {
  if (!isRecord(body)) return 'not a JSON object';
  const lastId = readId(body['lastUpdateId']);
  if (lastId === undefined || lastId === 0) return `lastUpdateId ${String(body['lastUpdateId']).slice(0, 40)}`;
  const bids = readLevels(body['bids'], units, LEVELS_MAX);
  if (typeof bids === 'string') return `bids: ${bids}`;
  const asks = readLevels(body['asks'], units, LEVELS_MAX);
  if (typeof asks === 'string') return `asks: ${asks}`;
  const [bid, ask] = [bids.ticks[0], asks.ticks[0]];
  if (bid === undefined || ask === undefined) return 'a side is empty';
  if (!isOrderedSide('buy', bids) || !isOrderedSide('sell', asks)) return 'levels are not strictly ordered';
  return bid >= ask ? `crossed: bid ${String(bid)} at or above ask ${String(ask)} (ticks)` : { lastId, bids, asks };
}
