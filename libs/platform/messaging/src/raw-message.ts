import type { Msg } from '@nats-io/transport-node';

/** What the client library keeps of a message inside. */
interface RawMessage {
  readonly _rdata?: Uint8Array;
  readonly _msg?: { readonly hdr: number; readonly subject: Uint8Array; readonly reply?: Uint8Array };
}

/**
 * The undecoded parts of a message. The library's own decoding costs more than the rest of a small message's way, and it
 * offers the bytes only inside (a stored message holds a plain one); when a release hides them elsewhere, the public
 * ways still work.
 */
const inside = (msg: object): RawMessage => ('msg' in msg && typeof msg.msg === 'object' ? msg.msg : msg) as RawMessage;

/** As latin1: one native call. Servers hand on any bytes, but no subject of ours has more than ASCII. */
const text = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');

/** The header block, or undefined where it is not at hand. */
export function rawHeaders(msg: object): string | undefined {
  const { _rdata, _msg } = inside(msg);
  if (!(_rdata instanceof Uint8Array) || _msg === undefined || !(_msg.hdr > 0)) return undefined;
  return text(_rdata.subarray(0, _msg.hdr));
}

/** True when the message surely carries no headers. */
export const hasNoHeaders = (msg: object): boolean => (inside(msg)._msg?.hdr ?? 0) < 0;

export function subjectOf(msg: Msg): string {
  const subject = inside(msg)._msg?.subject;
  return subject instanceof Uint8Array ? text(subject) : msg.subject;
}

/** Empty when nobody waits for an answer. */
export function replyOf(msg: Msg): string {
  const { _msg } = inside(msg);
  if (_msg?.subject instanceof Uint8Array) return _msg.reply === undefined ? '' : text(_msg.reply);
  return msg.reply ?? '';
}
