import type { AttributeValue, Span, SpanOptions, TraceContext } from '@argosy/platform-port';
import { Tracer } from '@argosy/platform-port';
import {
  type Context,
  createTraceState,
  type HrTime,
  ROOT_CONTEXT,
  type Span as OtelSpan,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Tracer as OtelApiTracer,
} from '@opentelemetry/api';
import type { TraceScope } from './trace-scope.js';
import { formatTraceparent, idsOf } from './traceparent.js';

const KINDS = {
  internal: SpanKind.INTERNAL,
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
} as const satisfies Record<NonNullable<SpanOptions['kind']>, SpanKind>;

const hrTime = (ns: bigint): HrTime => [Number(ns / 1_000_000_000n), Number(ns % 1_000_000_000n)];

/** A span of OpenTelemetry behind our port; its context is made once, when somebody asks. */
class RecordedSpan implements Span {
  #context: TraceContext | undefined;

  constructor(private readonly span: OtelSpan) {}

  get context(): TraceContext {
    this.#context ??= contextOf(this.span);
    return this.#context;
  }
  set(name: string, value: AttributeValue): void {
    this.span.setAttribute(name, value);
  }
  fail(reason: string): void {
    this.span.setStatus({ code: SpanStatusCode.ERROR, message: reason });
  }
  end(endNs?: bigint): void {
    this.span.end(endNs === undefined ? undefined : hrTime(endNs));
  }
}

function contextOf(span: OtelSpan): TraceContext {
  const { traceId, spanId, traceFlags, traceState } = span.spanContext();
  const traceparent = formatTraceparent({ traceId, spanId, isSampled: (traceFlags & TraceFlags.SAMPLED) !== 0 });
  const tracestate = traceState?.serialize();
  return tracestate === undefined || tracestate === '' ? { traceparent } : { traceparent, tracestate };
}

function parentContext(parent: TraceContext | undefined): Context {
  const ids = idsOf(parent);
  if (ids === undefined) return ROOT_CONTEXT;
  return trace.setSpanContext(ROOT_CONTEXT, {
    traceId: ids.traceId,
    spanId: ids.spanId,
    traceFlags: ids.isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE,
    isRemote: true,
    ...(parent?.tracestate === undefined ? {} : { traceState: createTraceState(parent.tracestate) }),
  });
}

/** Spans that are collected. Without a named parent a span belongs to the message being handled. */
export class OtelTracer extends Tracer {
  constructor(
    private readonly tracer: OtelApiTracer,
    private readonly scope: TraceScope,
  ) {
    super();
  }

  override start(name: string, options: SpanOptions = {}): Span {
    const { kind = 'internal', startNs, attributes } = options;
    const span = this.tracer.startSpan(
      name,
      {
        kind: KINDS[kind],
        ...(startNs === undefined ? {} : { startTime: hrTime(startNs) }),
        ...(attributes === undefined ? {} : { attributes }),
      },
      parentContext(options.parent ?? this.scope.current()),
    );
    return new RecordedSpan(span);
  }
}
