import {
  DecimalFormatError,
  Fault,
  InvariantViolation,
  ok,
  type Refusal,
  refusal,
  refused,
  type Result,
} from '@argosy/domain';
import { PromMetrics, TraceScope } from '@argosy/platform-observability';
import {
  type Codec,
  type MessageBus,
  type MessageContext,
  type RequestRoute,
  requestRoute,
  SilentLogger,
  type Span,
  type SpanOptions,
  Tracer,
} from '@argosy/platform-port';
import { ManualTime } from '@argosy/testing';
import { RouteHandling } from './handle-route.js';

const PARENT = { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` };
const OWN = { traceparent: `00-${'a'.repeat(32)}-${'c'.repeat(16)}-01` };

class SpyTracer extends Tracer {
  readonly spans: { name: string; options: SpanOptions | undefined; failed?: string; ended: boolean }[] = [];
  override start(name: string, options?: SpanOptions): Span {
    const seen: (typeof this.spans)[number] = { name, options, ended: false };
    this.spans.push(seen);
    return {
      context: OWN,
      set: () => undefined,
      fail: (reason) => (seen.failed = reason),
      end: () => (seen.ended = true),
    };
  }
}

const text: Codec<string> = {
  name: 'text',
  encode: (message) => Buffer.from(message),
  decode: (bytes) => Buffer.from(bytes).toString(),
};
const asked = (over: Partial<MessageContext> = {}): MessageContext => ({
  subject: 'argosy.cmd.order.submit.x',
  trace: PARENT,
  replyTo: 'inbox.1',
  redeliveries: 0,
  ...over,
});

function aHandling() {
  const time = new ManualTime();
  const replies: { replyTo: string; result: Result<unknown, Refusal>; trace: unknown }[] = [];
  const panics: unknown[] = [];
  const tracer = new SpyTracer();
  const metrics = new PromMetrics();
  const scope = new TraceScope();
  const bus = {
    reply: (replyTo: string, _codec: unknown, result: Result<unknown, Refusal>, trace: unknown) =>
      void replies.push({ replyTo, result, trace }),
  };
  const handling = new RouteHandling({
    service: 'risk',
    bus: bus as unknown as MessageBus,
    tracer,
    scope,
    metrics,
    clock: time.clock,
    logger: new SilentLogger(),
    panic: (error) => panics.push(error),
  });
  const run = async (
    handle: RequestRoute<string, string>['handle'],
    pattern = 'argosy.cmd.order.submit.>',
    context = asked(),
  ) =>
    handling.request(
      requestRoute({ pattern, ask: text, answer: text, handle }) as unknown as RequestRoute<string, string>,
      'message',
      context,
    );
  return { handling, replies, panics, tracer, metrics, scope, run };
}

describe('RouteHandling', () => {
  it("answers with the handler's value, in a span that is a child of the asker's (OB-5)", async () => {
    const { run, replies, tracer, scope } = aHandling();
    let seen: unknown;
    await run((_message, context) => {
      seen = [context.trace, scope.current()];
      return ok('placed');
    });
    expect(replies).toEqual([{ replyTo: 'inbox.1', result: ok('placed'), trace: OWN }]);
    expect(seen).toEqual([OWN, OWN]);
    expect(tracer.spans).toMatchObject([
      { name: 'handle argosy.cmd.order.submit.>', options: { kind: 'consumer', parent: PARENT }, ended: true },
    ]);
  });

  it('passes a refusal on and counts it apart', async () => {
    const { run, replies, metrics } = aHandling();
    await run(() => refused(refusal('trading_disabled')));
    expect(replies[0]?.result).toEqual(refused(refusal('trading_disabled')));
    expect(await metrics.registry.metrics()).toContain(
      'argosy_risk_messages_handled_total{pattern="argosy.cmd.order.submit.>",outcome="refused"} 1',
    );
  });

  it('says nothing when the answer travels on', async () => {
    const { run, replies } = aHandling();
    await run(() => undefined);
    expect(replies).toEqual([]);
  });

  it.each(['OUTCOME_UNKNOWN', 'VENUE_UNAVAILABLE', 'QUEUE_FULL', 'STORE_UNAVAILABLE'] as const)(
    'leaves %s to the bus, which answers with it: the asker has to know what may have been reached',
    async (code) => {
      const { run, replies, tracer, panics, metrics } = aHandling();
      await expect(run(() => Promise.reject(new Fault(code, 'the world')))).rejects.toMatchObject({ code });
      expect(replies).toEqual([]);
      expect(panics).toEqual([]);
      expect(tracer.spans[0]).toMatchObject({ failed: 'the world', ended: true });
      expect(await metrics.registry.metrics()).toContain('outcome="failed"} 1');
    },
  );

  it('refuses a number nobody can read as an invalid request', async () => {
    const { run, replies } = aHandling();
    await run(() => Promise.reject(new DecimalFormatError('1e3')));
    expect(replies[0]?.result).toMatchObject({
      refusal: { code: 'invalid_request', details: { reason: expect.stringContaining('1e3') } },
    });
  });

  it('never catches our own bug: the process has to end', async () => {
    const { run, replies, panics } = aHandling();
    const broken = run(() => {
      throw new InvariantViolation('filled above quantity');
    });
    await expect(broken).rejects.toThrow('filled above quantity');
    expect(panics).toEqual([expect.any(InvariantViolation)]);
    expect(replies).toEqual([]);
  });
});
