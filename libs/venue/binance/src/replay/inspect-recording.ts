import type { Venue } from '@argosy/domain';
import { HEAD_LINES, readHead, readLine, splitSymbol } from './recording-head.js';

/** What must be subscribed to hear a recording played. */
export interface RecordingContents {
  readonly venue: Venue;
  /** Ours: `BTC-USDT`, `BTC-USDT-PERP`. */
  readonly symbols: readonly string[];
  /** As recorded, after `<symbol>@`. */
  readonly streams: readonly string[];
}

/** Looks at the first lines of a recording; undefined when none of them is a Binance frame. Errors of the source pass. */
export async function inspectRecording(
  source: Iterable<string> | AsyncIterable<string>,
): Promise<RecordingContents | undefined> {
  const lines = [];
  for await (const text of source) {
    const line = readLine(text);
    if (line !== undefined) lines.push(line);
    if (lines.length === HEAD_LINES) break;
  }
  const head = readHead(lines);
  if (head === undefined) return undefined;
  const suffix = head.market.chain === 'linked' ? '-PERP' : '';
  const symbols = head.symbols.map(splitSymbol).map(({ base, quote }) => `${base}-${quote}${suffix}`);
  return { venue: head.market.venue, symbols, streams: head.streams };
}
