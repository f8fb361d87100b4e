import { type TimeNs, timeNs } from '@argosy/domain';
import { BINANCE_SPOT, BINANCE_USDM, type BinanceMarket } from '../binance-market.js';
import { isRecord, type JsonRecord, parseJson, readVenueMs } from '../read-json.js';

/** One recorded line: when it came in by the recorder's clock, and exactly what came. */
export interface RecordedLine {
  readonly timeNs: TimeNs;
  readonly text: string;
}

/** Lines looked at to learn market, symbols and precision. */
export const HEAD_LINES = 2_000;

const LINE = /^(\d{16,20}) (.+)$/s;

/** `<local unix ns> <raw frame>`, or undefined for any other line. */
export function readLine(line: string): RecordedLine | undefined {
  const match = LINE.exec(line);
  return match === null ? undefined : { timeNs: timeNs(BigInt(match[1] as string)), text: match[2] as string };
}

const NAMED_SNAPSHOT = /^\{"stream":"([^"@]{1,40})@depthSnapshot","data":(.*)\}$/s;

/** A REST snapshot among the frames: bare when the recording has one symbol, else under a stream name of its own. */
export function readRecordedSnapshot(
  text: string,
): { readonly symbol: string | undefined; readonly body: string } | undefined {
  if (text.startsWith('{"lastUpdateId"')) return { symbol: undefined, body: text };
  const match = text.includes('@depthSnapshot"') ? NAMED_SNAPSHOT.exec(text) : null;
  return match === null ? undefined : { symbol: (match[1] as string).toUpperCase(), body: match[2] as string };
}

/** What the first lines tell about the rest. */
export interface RecordingHead {
  readonly market: BinanceMarket;
  /** Binance's names. */
  readonly symbols: readonly string[];
  /** Streams as recorded, after `<symbol>@`. */
  readonly streams: readonly string[];
  /** Places printed for prices and sizes: steps fine enough for every text that follows. */
  readonly places: { readonly price: number; readonly size: number };
  /** The exchange's clock minus the recorder's, ms, as the first event shows it (latency included). */
  readonly offsetMs: number;
}

const placesOf = (text: unknown): number => {
  if (typeof text !== 'string') return 0;
  const point = text.indexOf('.');
  return point < 0 ? 0 : Math.min(8, text.length - point - 1);
};

/** Looks at the first lines only; undefined when none of them is a Binance frame. */
export function readHead(lines: readonly RecordedLine[]): RecordingHead | undefined {
  const found = {
    linked: false,
    symbols: new Set<string>(),
    streams: new Set<string>(),
    price: 0,
    size: 0,
    offsetMs: undefined as number | undefined,
  };
  const row = (level: unknown): void => {
    if (!Array.isArray(level)) return;
    found.price = Math.max(found.price, placesOf(level[0]));
    found.size = Math.max(found.size, placesOf(level[1]));
  };
  const see = (data: JsonRecord, timeNs: TimeNs): void => {
    if ('pu' in data) found.linked = true;
    for (const side of [data['b'], data['a'], data['bids'], data['asks']]) if (Array.isArray(side)) side.forEach(row);
    const eventMs = readVenueMs(data['E']);
    if (eventMs !== undefined) found.offsetMs ??= eventMs - Number(timeNs / 1_000n) / 1_000;
  };
  for (const { text, timeNs } of lines) {
    const body = parseJson(text);
    if (!isRecord(body)) continue;
    if (typeof body['stream'] !== 'string') see(body, timeNs);
    else if (isRecord(body['data'])) {
      const [symbol = '', ...stream] = body['stream'].split('@');
      if (/^[a-z0-9]{2,30}$/.test(symbol)) found.symbols.add(symbol.toUpperCase());
      if (stream[0] !== 'depthSnapshot') found.streams.add(stream.join('@'));
      see(body['data'], timeNs);
    }
  }
  if (found.symbols.size === 0) return undefined;
  return {
    market: found.linked ? BINANCE_USDM : BINANCE_SPOT,
    symbols: [...found.symbols],
    streams: [...found.streams],
    places: { price: found.price, size: found.size },
    offsetMs: found.offsetMs ?? 0,
  };
}

const QUOTES = [
  'FDUSD',
  'USDT',
  'USDC',
  'TUSD',
  'BUSD',
  'BTC',
  'ETH',
  'BNB',
  'EUR',
  'TRY',
  'JPY',
  'BRL',
  'GBP',
] as const;

/** A recording has no listing, so the quote is told by its well-known ending. */
export function splitSymbol(symbol: string): { readonly base: string; readonly quote: string } {
  const quote = QUOTES.find((name) => symbol.endsWith(name) && symbol.length > name.length) ?? symbol.slice(-4);
  return { base: symbol.slice(0, symbol.length - quote.length), quote };
}
