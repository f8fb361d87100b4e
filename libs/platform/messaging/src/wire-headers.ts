import { Fault } from '@argosy/domain';
import type { TraceContext } from '@argosy/platform-port';
import type { MsgHdrs } from '@nats-io/transport-node';

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

const NAMES = Object.entries(HEADERS) as readonly (readonly [HeaderName, string])[];
const KEYS: ReadonlyMap<string, HeaderName> = new Map(NAMES.map(([key, name]) => [name, key]));
const VALUE = /^[\x20-\x7e]{0,512}$/;
const TRACEPARENT = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;
const encoder = new TextEncoder();

/**
 * The header block as the client library wants it. It asks for nothing but `encode`, and its own class spends several
 * times as long on canonical names that ours already have.
 *
 * @throws Fault MESSAGE_INVALID for a value that is not printable ASCII: a line break would forge further headers.
 */
export function encodeHeaders(headers: WireHeaders): MsgHdrs | undefined {
  let text = '';
  for (const [key, name] of NAMES) {
    const value = headers[key];
    if (value === undefined) continue;
    if (!VALUE.test(value)) throw new Fault('MESSAGE_INVALID', `header ${name} is not printable text of at most 512 characters`);
    text += `${name}: ${value}\r\n`;
  }
  if (text === '') return undefined;
  const bytes = encoder.encode(`NATS/1.0\r\n${text}\r\n`);
  return { encode: () => bytes } as unknown as MsgHdrs;
}

/** @throws Fault MESSAGE_INVALID for a repeated header: which of two deadlines or ids would hold? */
export function decodeHeaders(headers: MsgHdrs): WireHeaders {
  const found: WireHeaders = {};
  for (const [name, values] of headers) {
    const key = KEYS.get(name);
    if (key === undefined) continue;
    if (values.length !== 1) throw new Fault('MESSAGE_INVALID', `header ${name} appears ${String(values.length)} times`);
    found[key] = values[0] ?? '';
  }
  return found;
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
