import type { Random } from '@argosy/domain';
import { type Span, type SpanOptions, Tracer } from '@argosy/platform-port';
import { IdPool } from './id-pool.js';
import { LightSpan } from './light-tracer.js';
import { RecordedSpan, type SpanHome } from './recorded-span.js';
import type { TraceScope } from './trace-scope.js';
import { formatTraceparent, idsOf } from './traceparent.js';

const ID_DIGITS = 8;

/**
 * Spans that are collected. Without a named parent a span belongs to the message being handled; a caller's decision to
 * collect is kept. They are made here and not by OpenTelemetry's own tracer, whose contexts, samplers and attribute
 * checks cost an order more than its risk checks do.
 */
export class OtelTracer extends Tracer {
  readonly #ids: IdPool;
  readonly #sampledBelow: number;

  /** `sampleRatio`: share of new traces that are collected, 0 to 1. */
  constructor(
    private readonly home: SpanHome,
    private readonly scope: TraceScope,
    random: Random,
    sampleRatio: number,
  ) {
    super();
    this.#ids = new IdPool(random);
    this.#sampledBelow = sampleRatio * 16 ** ID_DIGITS;
  }

  override start(name: string, options: SpanOptions = {}): Span {
    const above = options.parent ?? this.scope.current();
    const parent = idsOf(above);
    const traceId = parent?.traceId ?? this.#ids.take(16);
    const ids = { traceId, spanId: this.#ids.take(8), isSampled: parent?.isSampled ?? this.isSampled(traceId) };
    const traceparent = formatTraceparent(ids);
    const tracestate = parent === undefined ? undefined : above?.tracestate;
    const context = tracestate === undefined ? { traceparent } : { traceparent, tracestate };
    return ids.isSampled
      ? new RecordedSpan(this.home, name, { context, ids, parent }, options)
      : new LightSpan(context);
  }

  /** By the trace's own random digits, so that every service of the same ratio decides alike. */
  private isSampled(traceId: string): boolean {
    return Number.parseInt(traceId.slice(-ID_DIGITS), 16) < this.#sampledBelow;
  }
}
