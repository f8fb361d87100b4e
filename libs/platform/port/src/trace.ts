/** W3C trace context as it travels in headers. */
export interface TraceContext {
  readonly traceparent: string;
  readonly tracestate?: string;
}

export type AttributeValue = string | number | boolean;

export interface Span {
  readonly context: TraceContext;
  set(name: string, value: AttributeValue): void;
  /** Marks the span failed; the text goes to operators, never a secret. */
  fail(reason: string): void;
  end(endNs?: bigint): void;
}

export interface SpanOptions {
  readonly kind?: 'internal' | 'server' | 'client' | 'producer' | 'consumer';
  readonly parent?: TraceContext | undefined;
  /** Backdates the start, ns since 1970; now when absent. */
  readonly startNs?: bigint;
  readonly attributes?: Readonly<Record<string, AttributeValue>>;
}

/** Spans without OpenTelemetry: pure layers and the simulation see only this. */
export abstract class Tracer {
  abstract start(name: string, options?: SpanOptions): Span;
}

const NO_SPAN_CONTEXT: TraceContext = { traceparent: '' };
const SILENT: Span = { context: NO_SPAN_CONTEXT, set: () => undefined, fail: () => undefined, end: () => undefined };

/** Where nobody traces: costs nothing. */
export class SilentTracer extends Tracer {
  override start(_name: string, options?: SpanOptions): Span {
    return options?.parent === undefined ? SILENT : { ...SILENT, context: options.parent };
  }
}
