import type { Random } from '@argosy/domain';
import { type Span, type SpanOptions, type TraceContext, Tracer } from '@argosy/platform-port';
import type { TraceScope } from './trace-scope.js';
import { formatTraceparent, idsOf } from './traceparent.js';

const POOL_BYTES = 4_096;

/** Random ids from a pool, so that one system call serves some hundred spans. */
class IdPool {
  #hex = '';
  #at = 0;

  constructor(private readonly random: Random) {}

  /** `bytes` random bytes in hex, never all zero. */
  take(bytes: number): string {
    const end = this.#at + bytes * 2;
    if (end > this.#hex.length) {
      this.#hex = Buffer.from(this.random.bytes(POOL_BYTES)).toString('hex');
      this.#at = 0;
      return this.take(bytes);
    }
    const id = this.#hex.slice(this.#at, end);
    this.#at = end;
    return /^0+$/.test(id) ? this.take(bytes) : id;
  }
}

class LightSpan implements Span {
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
