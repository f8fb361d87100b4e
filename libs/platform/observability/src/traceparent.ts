import type { TraceContext } from '@argosy/platform-port';

/** Source of the format: W3C Trace Context, version 00. */
const TRACEPARENT = /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;
const NO_TRACE_ID = '0'.repeat(32);
const NO_SPAN_ID = '0'.repeat(16);

export interface TraceIds {
  readonly traceId: string;
  readonly spanId: string;
  readonly isSampled: boolean;
}

/** Undefined for anything that is not a valid header: a broken one starts a new trace and never fails a message. */
export function parseTraceparent(text: string): TraceIds | undefined {
  if (!TRACEPARENT.test(text)) return undefined;
  // Every part has its place, and slices of the text cost less than a match with its groups.
  const traceId = text.slice(3, 35);
  const spanId = text.slice(36, 52);
  if (traceId === NO_TRACE_ID || spanId === NO_SPAN_ID) return undefined;
  return { traceId, spanId, isSampled: (Number.parseInt(text.slice(53), 16) & 1) === 1 };
}

export const formatTraceparent = ({ traceId, spanId, isSampled }: TraceIds): string =>
  `00-${traceId}-${spanId}-${isSampled ? '01' : '00'}`;

export const idsOf = (context: TraceContext | undefined): TraceIds | undefined =>
  context === undefined ? undefined : parseTraceparent(context.traceparent);
