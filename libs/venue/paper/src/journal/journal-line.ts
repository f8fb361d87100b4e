import type { PaperAccountState, PaperEvent } from '../account/paper-event.js';

/** One line of a journal: what one command or market event changed, or the whole account. */
export type JournalLine =
  | { readonly kind: 'account'; readonly version: 1; readonly state: PaperAccountState }
  | { readonly kind: 'events'; readonly events: readonly PaperEvent[] };

const BIG = /^-?\d+n$/;

/** FNV-1a over UTF-16 units: it tells a torn or edited line from a whole one, and is no defence against anybody. */
function checksum(text: string): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}

/** Integers beyond a plain number are text ending in `n`; nothing else in a journal looks like that. */
export function writeLine(line: JournalLine): string {
  const text = JSON.stringify(line, (_key, value: unknown) =>
    typeof value === 'bigint' ? `${String(value)}n` : value,
  );
  return `${checksum(text)} ${text}\n`;
}

/** The line, or undefined when it is not whole. */
export function readLine(line: string): JournalLine | undefined {
  const text = line.slice(9);
  if (line[8] !== ' ' || checksum(text) !== line.slice(0, 8)) return undefined;
  // The checksum says that this is what we wrote, which is why the shape is taken as ours.
  return JSON.parse(text, (_key, value: unknown) =>
    typeof value === 'string' && BIG.test(value) ? BigInt(value.slice(0, -1)) : value,
  ) as JournalLine;
}
