import { type Codec, Fault, FAULTS, type FaultCode, type Refusal, refused, type Result } from '@argosy/domain';
import { refusalCodec } from '@argosy/contracts';
import type { TraceContext } from '@argosy/platform-port';

/** A message on the in-memory wire: bytes, because a codec that loses something must lose it in tests too. */
export interface Envelope {
  readonly subject: string;
  readonly bytes: Uint8Array;
  readonly trace?: TraceContext | undefined;
  readonly eventId?: string | undefined;
  readonly replyTo?: string | undefined;
  readonly deadlineMs?: number | undefined;
  readonly outcome?: 'refused' | { readonly fault: FaultCode } | undefined;
}

/** One mebibyte, as on the real wire. */
const BYTES_MAX = 1_048_576;

export function encoded<T>(codec: Codec<T>, message: T, subject: string): Uint8Array {
  const bytes = codec.encode(message);
  if (bytes.byteLength <= BYTES_MAX) return bytes;
  throw new Fault(
    'MESSAGE_INVALID',
    `${codec.name} on '${subject}' has ${String(bytes.byteLength)} bytes, at most ${String(BYTES_MAX)}`,
  );
}

export function answerEnvelope<R>(
  replyTo: string,
  codec: Codec<R>,
  result: Result<R, Refusal>,
  trace?: TraceContext,
): Envelope {
  return result.ok
    ? { subject: replyTo, bytes: encoded(codec, result.value, replyTo), trace }
    : { subject: replyTo, bytes: refusalCodec.encode(result.refusal), trace, outcome: 'refused' };
}

export function faultEnvelope(replyTo: string, error: unknown): Envelope {
  // What is not a Fault may hold anything, so its words stay at home.
  const fault = error instanceof Fault ? error : new Fault('SERVICE_UNAVAILABLE', 'the request failed');
  return { subject: replyTo, bytes: new TextEncoder().encode(fault.message), outcome: { fault: fault.code } };
}

/** @throws Fault what the other side failed with, or MESSAGE_INVALID for an unreadable answer. */
export function openAnswer<R>(envelope: Envelope, codec: Codec<R>): Result<R, Refusal> {
  if (envelope.outcome === undefined) return { ok: true, value: codec.decode(envelope.bytes) };
  if (envelope.outcome === 'refused') return refused(refusalCodec.decode(envelope.bytes));
  const { fault } = envelope.outcome;
  throw new Fault(fault in FAULTS ? fault : 'SERVICE_UNAVAILABLE', new TextDecoder().decode(envelope.bytes));
}
