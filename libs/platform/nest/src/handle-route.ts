import { type Clock, Fault, InvariantViolation, type Refusal, refusal, type Result } from '@argosy/domain';
import {
  type Counter,
  type EventRoute,
  type Histogram,
  LATENCY_BUCKETS_SECONDS,
  type Logger,
  type MessageBus,
  type MessageContext,
  type Metrics,
  type RequestRoute,
  type Span,
  type Tracer,
} from '@argosy/platform-port';
import type { TraceScope } from '@argosy/platform-observability';

export const OUTCOMES = ['done', 'refused', 'failed'] as const;
type Outcome = (typeof OUTCOMES)[number];

export interface HandlingParts {
  readonly service: string;
  readonly bus: MessageBus;
  readonly tracer: Tracer;
  readonly scope: TraceScope;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Ends the process: our own promise is broken. */
  readonly panic: (error: unknown) => void;
}

/** Errors of the domain's parsers: what was asked cannot be read, so the answer is a refusal and not a fault. */
const UNREADABLE: ReadonlySet<string> = new Set(['DecimalFormatError', 'IdFormatError']);

/** Runs handlers: one span, one count and one duration for each message; errors told, and our own bugs ending the process. */
export class RouteHandling {
  readonly #handled: Counter<'pattern' | 'outcome'>;
  readonly #seconds: Histogram<'pattern'>;

  constructor(private readonly parts: HandlingParts) {
    const prefix = `argosy_${parts.service.replaceAll('-', '_')}`;
    this.#handled = parts.metrics.counter({
      name: `${prefix}_messages_handled_total`,
      help: 'Messages handled, by subject pattern and outcome.',
      labels: ['pattern', 'outcome'],
    });
    this.#seconds = parts.metrics.histogram({
      name: `${prefix}_message_seconds`,
      help: 'Time to handle a message, from its handler being called to its outcome.',
      labels: ['pattern'],
      buckets: LATENCY_BUCKETS_SECONDS,
    });
  }

  /** Rejects with what the handler threw, which the bus makes the answer: a fault tells whether anything was reached. */
  async request<Q, R>(route: RequestRoute<Q, R>, message: Q, context: MessageContext): Promise<void> {
    await this.measured(route.pattern, context, async (inner, span) => {
      const result = await this.answerOf(route, message, inner);
      if (result === undefined) return 'done';
      if (inner.replyTo !== undefined) this.parts.bus.reply(inner.replyTo, route.answer, result, inner.trace);
      if (!result.ok) span.set('argosy.refusal', result.refusal.code);
      return result.ok ? 'done' : 'refused';
    });
  }

  async event<T>(route: EventRoute<T>, message: T, context: MessageContext): Promise<void> {
    await this.measured(route.pattern, context, async (inner) => {
      await route.handle(message, inner);
      return 'done';
    });
  }

  private async answerOf<Q, R>(
    route: RequestRoute<Q, R>,
    message: Q,
    context: MessageContext,
  ): Promise<Result<R, Refusal> | undefined> {
    try {
      return await route.handle(message, context);
    } catch (error) {
      if (!(error instanceof Error) || !UNREADABLE.has(error.name)) throw error;
      return { ok: false, refusal: refusal('invalid_request', { reason: error.message }) };
    }
  }

  private async measured(
    pattern: string,
    context: MessageContext,
    work: (inner: MessageContext, span: Span) => Promise<Outcome>,
  ): Promise<void> {
    const { tracer, scope, clock } = this.parts;
    const startedMs = clock.monotonicMs();
    const attributes = { 'messaging.system': 'nats', 'messaging.destination.name': context.subject };
    const span = tracer.start(`handle ${pattern}`, { kind: 'consumer', parent: context.trace, attributes });
    const inner = { ...context, trace: span.context };
    let outcome: Outcome = 'failed';
    try {
      outcome = await scope.run(span.context, () => work(inner, span));
    } catch (error) {
      this.failed(pattern, error, inner, span);
      throw error;
    } finally {
      span.end();
      this.#handled.add({ pattern, outcome });
      this.#seconds.observe({ pattern }, (clock.monotonicMs() - startedMs) / 1_000, span.context.traceparent);
    }
  }

  private failed(pattern: string, error: unknown, { subject, trace }: MessageContext, span: Span): void {
    span.fail(error instanceof Error ? error.message : String(error));
    if (error instanceof InvariantViolation) return this.parts.panic(error);
    // A fault is an expected failure of the world; anything else is ours to mend.
    const level = error instanceof Fault ? 'WARNING' : 'ERROR';
    this.parts.logger.log(level, 'message_failed', {
      pattern,
      subject,
      error,
      ...(trace === undefined ? {} : { trace }),
    });
  }
}
