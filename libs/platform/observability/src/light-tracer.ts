import type { Random } from '@argosy/domain';
import { type Span, type SpanOptions, type TraceContext, Tracer } from '@argosy/platform-port';
import { IdPool } from './id-pool.js';
import type { TraceScope } from './trace-scope.js';
import { formatTraceparent, idsOf } from './traceparent.js';

/** A span that hands its context on and leaves nothing behind. */
export class LightSpan implements Span {
  constructor(readonly context: TraceContext) {}
  set(): void {
    // Nobody collects attributes here.
  }
  fail(): void {
    // Nobody collects failures here.
  }
  end(): void {
    // Nothing was started.
  }
}

/**
 * Ids without spans: where no collector is configured, log lines and exemplars still carry one trace id across the
 * fleet, and a service that does export continues the trace.
 */
export class LightTracer extends Tracer {
  readonly #ids: IdPool;

  constructor(
    private readonly scope: TraceScope,
    random: Random,
  ) {
    super();
    this.#ids = new IdPool(random);
  }

  override start(_name: string, options: SpanOptions = {}): Span {
    const parent = options.parent ?? this.scope.current();
    const above = idsOf(parent);
    const traceparent = formatTraceparent({
      traceId: above?.traceId ?? this.#ids.take(16),
      spanId: this.#ids.take(8),
      isSampled: above?.isSampled ?? true,
    });
    return new LightSpan(
      parent?.tracestate === undefined ? { traceparent } : { traceparent, tracestate: parent.tracestate },
    );
  }
}
