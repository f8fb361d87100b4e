import { ManualTime, SeededRandom } from '@argosy/testing';
import { InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace';
import fc from 'fast-check';
import { formatTraceparent, parseTraceparent } from './traceparent.js';
import { startTracing } from './tracing.js';

const PARENT = { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`, tracestate: 'venue=1' };
const UNSAMPLED = { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-00` };

async function collected(sampleRatio?: number) {
  const exporter = new InMemorySpanExporter();
  const tracing = await startTracing({
    service: 'risk',
    version: '1.0.0',
    clock: new ManualTime().clock,
    random: new SeededRandom(1),
    sampleRatio,
    processor: new SimpleSpanProcessor({ exporter }),
  });
  return { ...tracing, exporter };
}
const light = () =>
  startTracing({ service: 'risk', version: '1.0.0', clock: new ManualTime().clock, random: new SeededRandom(1) });

describe('traceparent', () => {
  it('reads what it writes', () => {
    const hex = (length: number) =>
      fc
        .string({ unit: fc.constantFrom(...Array.from('0123456789abcdef')), minLength: length, maxLength: length })
        .filter((text) => /[^0]/.test(text));
    fc.assert(
      fc.property(hex(32), hex(16), fc.boolean(), (traceId, spanId, isSampled) => {
        expect(parseTraceparent(formatTraceparent({ traceId, spanId, isSampled }))).toEqual({
          traceId,
          spanId,
          isSampled,
        });
      }),
    );
  });
  it.each([
    '',
    'garbage',
    `01-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
    `00-${'0'.repeat(32)}-${'b'.repeat(16)}-01`,
    `00-${'a'.repeat(32)}-${'0'.repeat(16)}-01`,
    `00-${'A'.repeat(32)}-${'b'.repeat(16)}-01`,
  ])('takes %p for no trace', (text) => expect(parseTraceparent(text)).toBeUndefined());
});

describe.each([
  ['with a collector', collected],
  ['without one', light],
] as const)('a tracer %s', (_how, make) => {
  it("continues its parent's trace under a span of its own", async () => {
    const { tracer, stop } = await make();
    const { context } = tracer.start('decide', { parent: PARENT });
    const ids = parseTraceparent(context.traceparent);
    expect(ids).toMatchObject({ traceId: 'a'.repeat(32), isSampled: true });
    expect(ids?.spanId).not.toBe('b'.repeat(16));
    expect(context.tracestate).toBe('venue=1');
    await stop();
  });
  it('begins a trace where there is none, and one for a broken header', async () => {
    const { tracer, stop } = await make();
    const one = parseTraceparent(tracer.start('tick').context.traceparent);
    const two = parseTraceparent(tracer.start('tick', { parent: { traceparent: 'broken' } }).context.traceparent);
    expect(one?.traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(two?.traceId).not.toBe(one?.traceId);
    await stop();
  });
  it('takes the message being handled as parent when none is named', async () => {
    const { tracer, scope, stop } = await make();
    const span = scope.run(PARENT, () => tracer.start('inner'));
    expect(parseTraceparent(span.context.traceparent)?.traceId).toBe('a'.repeat(32));
    await stop();
  });
  it("keeps its parent's decision not to collect", async () => {
    const { tracer, stop } = await make();
    expect(parseTraceparent(tracer.start('x', { parent: UNSAMPLED }).context.traceparent)).toMatchObject({
      traceId: 'a'.repeat(32),
      isSampled: false,
    });
    await stop();
  });
});

describe('OtelTracer', () => {
  it('collects name, kind, parent, attributes, failure and given times', async () => {
    const { tracer, exporter, flush, stop } = await collected();
    const startNs = 1_767_225_600_123_456_789n;
    const span = tracer.start('place', {
      kind: 'client',
      parent: PARENT,
      startNs,
      attributes: { venue: 'hyperliquid' },
    });
    span.set('order.side', 'buy');
    span.fail('venue said no');
    span.end(startNs + 1_000_000n);
    await flush();
    const [seen] = exporter.getFinishedSpans();
    expect(seen).toMatchObject({
      name: 'place',
      kind: 2,
      attributes: { venue: 'hyperliquid', 'order.side': 'buy' },
      status: { code: 2, message: 'venue said no' },
      startTime: [1_767_225_600, 123_456_789],
      endTime: [1_767_225_600, 124_456_789],
    });
    expect(seen?.parentSpanContext).toMatchObject({ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), isRemote: true });
    expect(seen?.resource.attributes).toMatchObject({ 'service.name': 'risk', 'service.version': '1.0.0' });
    await stop();
  });

  it('collects the share it is told to', async () => {
    const { tracer, exporter, flush, stop } = await collected(0);
    tracer.start('new').end();
    tracer.start('continued', { parent: PARENT }).end();
    await flush();
    expect(exporter.getFinishedSpans().map(({ name }) => name)).toEqual(['continued']);
    await stop();
  });

  it('hands a span over once, after the turn in which it ended, with what was known at its end', async () => {
    const { tracer, exporter, stop } = await collected();
    const span = tracer.start('place');
    span.end();
    span.set('late', true);
    span.fail('late');
    span.end();
    expect(exporter.getFinishedSpans()).toEqual([]);
    await new Promise((resolve) => setImmediate(resolve));
    expect(exporter.getFinishedSpans()).toMatchObject([{ name: 'place', attributes: {}, status: { code: 0 } }]);
    await stop();
  });

  it('gives no span a length below nothing when the clock was set back', async () => {
    const { tracer, exporter, flush, stop } = await collected();
    tracer.start('place', { startNs: 2_000_000_000n }).end(1_000_000_000n);
    await flush();
    expect(exporter.getFinishedSpans()).toMatchObject([{ endTime: [2, 0], duration: [0, 0] }]);
    await stop();
  });
});
