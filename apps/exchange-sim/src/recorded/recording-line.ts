import type { RecordedMessage, ReferenceLevel } from '@argosy/exchange-core';

/** One line of a raw recording: when it was received, and what was received. */
export interface RecordingLine {
  /** Receive time on the recorder's clock, milliseconds since 1970. */
  readonly timeMs: number;
  /** The message as received. */
  readonly text: string;
  /** Undefined for a REST snapshot. */
  readonly stream: string | undefined;
}

const LINE = /^(\d{19}) (\{.*\})$/;
const STREAM = /^\{"stream":"([^"]{1,64})"/;

/** Undefined when the line is none of a raw recording. */
export function parseLine(line: string): RecordingLine | undefined {
  const match = LINE.exec(line);
  if (match === null) return undefined;
  const [, time = '', text = ''] = match;
  return { timeMs: Number(time.slice(0, 13)) + Number(time.slice(13)) / 1e6, text, stream: STREAM.exec(text)?.[1] };
}

/** The data of a combined frame, byte for byte as it stands in it. */
export const dataOf = (text: string): string => text.slice(text.indexOf('"data":') + '"data":'.length, -1);

type Levels = readonly ReferenceLevel[];

interface RawDepth {
  readonly E: number;
  readonly s: string;
  readonly U: number;
  readonly u: number;
  readonly pu?: number;
  readonly b: Levels;
  readonly a: Levels;
}
interface RawBest {
  readonly u: number;
  readonly s: string;
  readonly b: string;
  readonly B: string;
  readonly a: string;
  readonly A: string;
  readonly E?: number;
}
interface RawTrade {
  readonly E: number;
  readonly s: string;
  readonly t: number;
  readonly p: string;
  readonly q: string;
  readonly m: boolean;
  readonly X?: string;
}
interface RawSnapshot {
  readonly lastUpdateId: number;
  readonly E?: number;
  readonly bids: Levels;
  readonly asks: Levels;
}

/** When the venue says that it happened, where it says so. */
export function eventTimeOf(text: string): number | undefined {
  const match = /"E":(\d{13})/.exec(text);
  return match === null ? undefined : Number(match[1]);
}

/** What a recorded message says, for the market; undefined for messages that no market follows. */
export function parseMessage({ text, stream, timeMs }: RecordingLine, symbol: string): RecordedMessage | undefined {
  if (stream === undefined) return snapshotOf(JSON.parse(text) as RawSnapshot, symbol, timeMs);
  const { data } = JSON.parse(text) as { data: unknown };
  const [, kind] = stream.split('@');
  if (kind === 'depth') return depthOf(data as RawDepth);
  if (kind === 'bookTicker') return bestOf(data as RawBest, timeMs);
  return kind === 'trade' ? tradeOf(data as RawTrade) : undefined;
}

const snapshotOf = (raw: RawSnapshot, symbol: string, timeMs: number): RecordedMessage => ({
  type: 'snapshot',
  symbol,
  lastUpdateId: raw.lastUpdateId,
  timeMs: raw.E ?? timeMs,
  bids: raw.bids,
  asks: raw.asks,
});

const depthOf = (raw: RawDepth): RecordedMessage => ({
  type: 'depth',
  symbol: raw.s,
  timeMs: raw.E,
  firstUpdateId: raw.U,
  finalUpdateId: raw.u,
  // Spot events do not name the one before: theirs begins one after it.
  previousFinalUpdateId: raw.pu ?? raw.U - 1,
  bids: raw.b,
  asks: raw.a,
});

const bestOf = (raw: RawBest, timeMs: number): RecordedMessage => ({
  type: 'best',
  symbol: raw.s,
  timeMs: raw.E ?? timeMs,
  updateId: raw.u,
  bid: [raw.b, raw.B],
  ask: [raw.a, raw.A],
});

/** Insurance fund and settlement trades of the USD-M stream are no trades of the market. */
function tradeOf(raw: RawTrade): RecordedMessage | undefined {
  if (raw.X !== undefined && raw.X !== 'MARKET') return undefined;
  return {
    type: 'trade',
    symbol: raw.s,
    timeMs: raw.E,
    tradeId: raw.t,
    price: raw.p,
    quantity: raw.q,
    buyerIsMaker: raw.m,
  };
}
