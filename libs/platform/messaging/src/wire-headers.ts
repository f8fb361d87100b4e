import { Fault } from '@argosy/domain';
import type { TraceContext } from '@argosy/platform-port';
import type { MsgHdrs } from '@nats-io/transport-node';
import { hasNoHeaders, rawHeaders } from './raw-message.js';

/** Header names on the fleet's wire. A message without need of them has none: they cost more than a small payload. */
export const HEADERS = {
  traceparent: 'traceparent',
  tracestate: 'tracestate',
  /** The event id; JetStream drops repeats of it inside the stream's window. */
  eventId: 'Nats-Msg-Id',
  /** The asker's deadline, ms since 1970. */
  deadline: 'Argosy-Deadline',
  /** The answer is a refusal with this code; the payload is a `Refusal`. */
  refusal: 'Argosy-Refusal',
  /** The answer is a failure with this fault code; the payload is its text. */
  fault: 'Argosy-Fault',
  /** On a parked message: where it came from, who could not digest it, and why. */
  parkedSubject: 'Argosy-Parked-Subject',
  parkedBy: 'Argosy-Parked-By',
  parkedReason: 'Argosy-Parked-Reason',
} as const;
type HeaderName = keyof typeof HEADERS;

export type WireHeaders = Partial<Record<HeaderName, string>>;

const KEYS: ReadonlyMap<string, HeaderName> = new Map(
  Object.entries(HEADERS).map(([key, name]) => [name, key as HeaderName]),
);
const PREFIXES: ReadonlyArray<readonly [HeaderName, string]> = [...KEYS].map(([name, key]) => [key, `${name}:`]);
const LINE_END = '\r\n';
const VALUE_CHARS_MAX = 512;
const VALUE = /^[\x20-\x7e]{0,512}$/;
const TRACEPARENT = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;
/** What a plain and a stored message have in common. */
interface Headed {
  readonly headers?: MsgHdrs | undefined;
}

/**
 * The header block as the client library wants it. It asks for nothing but `encode`, and its own class spends several
 * times as long on canonical names that ours already have.
 *
 * @throws Fault MESSAGE_INVALID for a value that is not printable ASCII: a line break would forge further headers.
 */
export function encodeHeaders(headers: WireHeaders): MsgHdrs | undefined {
  let text = '';
  for (const key in headers) {
    const value = headers[key as HeaderName];
    if (value === undefined) continue;
    const name = HEADERS[key as HeaderName];
    if (!VALUE.test(value))
      throw new Fault(
        'MESSAGE_INVALID',
        `header ${name} is not printable text of at most ${String(VALUE_CHARS_MAX)} characters`,
      );
    text += name + ': ' + value + LINE_END;
  }
  if (text === '') return undefined;
  const bytes = Buffer.from(`NATS/1.0\r\n${text}\r\n`, 'latin1');
  return { encode: () => bytes } as unknown as MsgHdrs;
}

/**
 * Our headers of a message, or undefined when it has none at all.
 * @throws Fault MESSAGE_INVALID for a repeated header: which of two deadlines or ids would hold?
 */
export function headersOf(msg: Headed): WireHeaders | undefined {
  if (hasNoHeaders(msg)) return undefined;
  const block = rawHeaders(msg);
  if (block !== undefined) return parseBlock(block);
  if (msg.headers === undefined) return undefined;
  const found: WireHeaders = {};
  for (const [name, values] of msg.headers) {
    const key = KEYS.get(name);
    if (key !== undefined) for (const value of values) note(found, key, value);
  }
  return found;
}

function parseBlock(block: string): WireHeaders {
  const found: WireHeaders = {};
  let start = block.indexOf(LINE_END) + 2;
  for (let end = block.indexOf(LINE_END, start); end > start; end = block.indexOf(LINE_END, start)) {
    const key = keyAt(block, start);
    if (key !== undefined) note(found, key, block.slice(start + HEADERS[key].length + 1, end).trim());
    start = end + 2;
  }
  return found;
}

/** Which of our headers begins there. Comparing in place costs less than a name cut out to be looked up. */
function keyAt(block: string, start: number): HeaderName | undefined {
  for (const [key, prefix] of PREFIXES) if (block.startsWith(prefix, start)) return key;
  return undefined;
}

function note(found: WireHeaders, key: HeaderName, value: string): void {
  if (found[key] !== undefined) throw new Fault('MESSAGE_INVALID', `header ${HEADERS[key]} appears more than once`);
  if (value.length > VALUE_CHARS_MAX)
    throw new Fault('MESSAGE_INVALID', `header ${HEADERS[key]} has ${String(value.length)} characters`);
  found[key] = value;
}

/** A malformed trace context is dropped: nobody's order fails for the sake of a picture. */
export function traceOf({ traceparent, tracestate }: WireHeaders): TraceContext | undefined {
  if (traceparent === undefined || !TRACEPARENT.test(traceparent)) return undefined;
  return tracestate === undefined || tracestate === '' ? { traceparent } : { traceparent, tracestate };
}

export const traceHeaders = (trace: TraceContext | undefined): WireHeaders =>
  trace === undefined || trace.traceparent === ''
    ? {}
    : { traceparent: trace.traceparent, ...(trace.tracestate === undefined ? {} : { tracestate: trace.tracestate }) };
