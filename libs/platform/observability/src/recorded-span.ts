import type { Clock } from '@argosy/domain';
import type { AttributeValue, Span, SpanOptions, TraceContext } from '@argosy/platform-port';
import {
  createTraceState,
  type HrTime,
  type Link,
  type SpanContext,
  SpanKind,
  type SpanStatus,
  SpanStatusCode,
  TraceFlags,
} from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import type { ReadableSpan, TimedEvent } from '@opentelemetry/sdk-trace';
import type { TraceIds } from './traceparent.js';

const KINDS = {
  internal: SpanKind.INTERNAL,
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
} as const satisfies Record<NonNullable<SpanOptions['kind']>, SpanKind>;

const UNSET: SpanStatus = { code: SpanStatusCode.UNSET };
/** We write neither links nor events; nobody adds to these. */
const NO_LINKS: Link[] = [];
const NO_EVENTS: TimedEvent[] = [];
const NS_PER_SECOND = 1_000_000_000n;

const hrTime = (ns: bigint): HrTime => [Number(ns / NS_PER_SECOND), Number(ns % NS_PER_SECOND)];

/** What all spans of a process have in common. */
export interface SpanHome {
  readonly clock: Clock;
  readonly resource: Resource;
  readonly instrumentationScope: { readonly name: string; readonly version: string };
  readonly ended: (span: ReadableSpan) => void;
}

/** A span's own place and the one above it. */
export interface SpanPlace {
  readonly context: TraceContext;
  readonly ids: TraceIds;
  readonly parent: TraceIds | undefined;
}

/**
 * A span in the shape that OpenTelemetry exports. Only what is known at the moment is kept: what the exporter wants to
 * see is worked out when it asks, after the order has gone.
 */
export class RecordedSpan implements Span, ReadableSpan {
  readonly kind: SpanKind;
  readonly attributes: Record<string, AttributeValue>;
  readonly links = NO_LINKS;
  readonly events = NO_EVENTS;
  readonly droppedAttributesCount = 0;
  readonly droppedEventsCount = 0;
  readonly droppedLinksCount = 0;
  readonly parentSpanContext?: SpanContext;
  status = UNSET;
  readonly #startNs: bigint;
  #endNs: bigint | undefined;

  constructor(
    private readonly home: SpanHome,
    readonly name: string,
    private readonly place: SpanPlace,
    { kind = 'internal', startNs, attributes }: SpanOptions,
  ) {
    this.kind = KINDS[kind];
    this.attributes = { ...attributes };
    if (place.parent !== undefined) this.parentSpanContext = { ...this.otelContext(place.parent), isRemote: true };
    this.#startNs = startNs ?? home.clock.now();
  }

  get context(): TraceContext {
    return this.place.context;
  }

  set(name: string, value: AttributeValue): void {
    if (!this.ended) this.attributes[name] = value;
  }

  fail(reason: string): void {
    if (!this.ended) this.status = { code: SpanStatusCode.ERROR, message: reason };
  }

  /** Once: what comes after the end is not heard. */
  end(endNs: bigint = this.home.clock.now()): void {
    if (this.ended) return;
    // A clock that was set back meanwhile makes no span shorter than nothing.
    this.#endNs = endNs < this.#startNs ? this.#startNs : endNs;
    this.home.ended(this);
  }

  get ended(): boolean {
    return this.#endNs !== undefined;
  }
  get resource(): Resource {
    return this.home.resource;
  }
  get instrumentationScope(): SpanHome['instrumentationScope'] {
    return this.home.instrumentationScope;
  }
  get startTime(): HrTime {
    return hrTime(this.#startNs);
  }
  get endTime(): HrTime {
    return hrTime(this.#endNs ?? this.#startNs);
  }
  get duration(): HrTime {
    return hrTime((this.#endNs ?? this.#startNs) - this.#startNs);
  }
  spanContext(): SpanContext {
    return this.otelContext(this.place.ids);
  }

  private otelContext({ traceId, spanId, isSampled }: TraceIds): SpanContext {
    const { tracestate } = this.place.context;
    return {
      traceId,
      spanId,
      traceFlags: isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE,
      ...(tracestate === undefined ? {} : { traceState: createTraceState(tracestate) }),
    };
  }
}
