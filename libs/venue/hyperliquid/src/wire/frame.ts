import { parseJson, record, text, WireError } from './field.js';

/** One websocket message: a channel's name and whatever came under it. */
export interface Frame {
  readonly channel: string;
  readonly data: unknown;
}

/** @throws WireError for anything that is not a JSON object with a channel: truncated text, HTML, a bare list. */
export function parseFrame(message: string): Frame {
  // Documented greeting of the venue's gateway, the one frame that is not JSON.
  if (message === 'Websocket connection established.') return { channel: 'greeting', data: undefined };
  const frame = record(parseJson(message), 'frame');
  return { channel: text(frame['channel'], 'channel'), data: frame['data'] };
}

/** What the venue answered, or why it cannot be read. */
export type Readable<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reason: string };

/** Runs a parser at a door: a WireError becomes its reason; anything else is our own bug and goes on up. */
export function readable<T>(parse: () => T): Readable<T> {
  try {
    return { ok: true, value: parse() };
  } catch (error) {
    if (error instanceof WireError) return { ok: false, reason: error.message };
    throw error;
  }
}
