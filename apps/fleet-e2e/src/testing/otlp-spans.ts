import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';

/** A finished span as a service exported it. */
export interface ExportedSpan {
  readonly service: string;
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  /** Empty for the first of its trace. */
  readonly parentSpanId: string;
  /** ns since 1970. */
  readonly startNs: bigint;
  readonly endNs: bigint;
  /** Those that are text; others are not asked for here. */
  readonly attributes: Readonly<Record<string, string>>;
}

type Draft = { -readonly [K in keyof ExportedSpan]: ExportedSpan[K] };
/** Takes one field; false when it does not know it. */
type TakeField = (field: number, reader: BinaryReader) => boolean;

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

function readMessage(bytes: Uint8Array, take: TakeField): void {
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    if (type === WireType.EndGroup || !take(field, reader)) reader.skip(type, field);
  }
}

/** `ExportTraceServiceRequest` of the OpenTelemetry protocol 1.x, as far as the tests ask about it. */
export function readSpans(request: Uint8Array): ExportedSpan[] {
  const spans: ExportedSpan[] = [];
  readMessage(request, (field, reader) => {
    if (field !== 1) return false;
    spans.push(...readResourceSpans(reader.bytes()));
    return true;
  });
  return spans;
}

function readResourceSpans(bytes: Uint8Array): ExportedSpan[] {
  let service = '';
  const spans: Draft[] = [];
  readMessage(bytes, (field, reader) => {
    if (field === 1) service = readResource(reader.bytes())['service.name'] ?? '';
    else if (field === 2) spans.push(...readScopeSpans(reader.bytes()));
    else return false;
    return true;
  });
  return spans.map((span) => ({ ...span, service }));
}

function readResource(bytes: Uint8Array): Record<string, string> {
  const attributes: Record<string, string> = {};
  readMessage(bytes, (field, reader) => field === 1 && takeAttribute(reader.bytes(), attributes));
  return attributes;
}

function readScopeSpans(bytes: Uint8Array): Draft[] {
  const spans: Draft[] = [];
  readMessage(bytes, (field, reader) => {
    if (field !== 2) return false;
    spans.push(readSpan(reader.bytes()));
    return true;
  });
  return spans;
}

function readSpan(bytes: Uint8Array): Draft {
  const attributes: Record<string, string> = {};
  const span: Draft = {
    service: '',
    name: '',
    traceId: '',
    spanId: '',
    parentSpanId: '',
    startNs: 0n,
    endNs: 0n,
    attributes,
  };
  readMessage(bytes, (field, reader) => {
    if (field === 1) span.traceId = hex(reader.bytes());
    else if (field === 2) span.spanId = hex(reader.bytes());
    else if (field === 4) span.parentSpanId = hex(reader.bytes());
    else if (field === 5) span.name = reader.string();
    else if (field === 7) span.startNs = BigInt(reader.fixed64());
    else if (field === 8) span.endNs = BigInt(reader.fixed64());
    else if (field === 9) return takeAttribute(reader.bytes(), attributes);
    else return false;
    return true;
  });
  return span;
}

/** `KeyValue`: a name, and a value whose first kind is text. */
function takeAttribute(bytes: Uint8Array, into: Record<string, string>): true {
  let name = '';
  let value: string | undefined;
  readMessage(bytes, (field, reader) => {
    if (field === 1) name = reader.string();
    else if (field === 2) value = readText(reader.bytes());
    else return false;
    return true;
  });
  if (value !== undefined) into[name] = value;
  return true;
}

function readText(bytes: Uint8Array): string | undefined {
  let text: string | undefined;
  readMessage(bytes, (field, reader) => {
    if (field !== 1) return false;
    text = reader.string();
    return true;
  });
  return text;
}
