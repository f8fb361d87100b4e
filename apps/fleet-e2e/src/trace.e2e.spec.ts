import { HandStrategy } from './testing/hand-order.js';
import { eventually, LocalFleet } from './testing/local-fleet.js';
import { OtlpCollector } from './testing/otlp-collector.js';
import type { ExportedSpan } from './testing/otlp-spans.js';

/** An order's way, each step with the service that takes it. */
const STEPS: ReadonlyArray<readonly [name: string, service: string]> = [
  ['market_data.tick', 'market-data'],
  ['strategy.signal', 'strategy-host'],
  ['risk.verdict', 'risk'],
  ['execution.intent', 'execution'],
  ['execution.venue', 'execution'],
  ['execution.fill', 'execution'],
  ['ledger.post', 'ledger'],
];

/** Clocks of processes on one machine differ by as much as their first reading was rounded. */
const CLOCKS_APART_NS = 5_000_000n;

/** Spans of one trace by name, once every step is among them. */
function wholeTrace(spans: readonly ExportedSpan[]): ReadonlyMap<string, ExportedSpan> | undefined {
  const posted = spans.filter(({ name }) => name === 'ledger.post');
  for (const { traceId } of posted) {
    const trace = new Map(spans.filter((span) => span.traceId === traceId).map((span) => [span.name, span]));
    if (STEPS.every(([name]) => trace.has(name))) return trace;
  }
  return undefined;
}

/** Names from a span up to the first of its trace; ends early where a parent was never exported. */
function ancestry(trace: ReadonlyMap<string, ExportedSpan>, from: string): readonly string[] {
  const byId = new Map([...trace.values()].map((span) => [span.spanId, span]));
  const names: string[] = [];
  for (let span = trace.get(from); span !== undefined; span = byId.get(span.parentSpanId)) names.push(span.name);
  return names;
}

describe('one trace from a tick to its posting (OB-5)', () => {
  let collector: OtlpCollector;
  let fleet: LocalFleet;
  let trace: ReadonlyMap<string, ExportedSpan>;
  let orderId: string;

  const spanOf = (name: string): ExportedSpan => {
    const span = trace.get(name);
    if (span === undefined) throw new Error(`no span ${name}`);
    return span;
  };

  beforeAll(async () => {
    collector = await OtlpCollector.open();
    fleet = await LocalFleet.up({
      name: 'e2e-trace',
      options: ['--seed', '7', '--cold'],
      env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint },
    });
    const hand = await HandStrategy.open(fleet, collector.endpoint);
    try {
      await hand.enableTrading();
      await hand.buy();
    } finally {
      await hand.close();
    }
    trace = await eventually('a trace with every step', () => wholeTrace(collector.spans));
    orderId = spanOf('execution.fill').attributes['argosy.client_order_id'] ?? '';
  }, 60_000);

  afterAll(async () => {
    await fleet.down();
    await collector.close();
  }, 40_000);

  it.each(STEPS)('has %s, told by %s', (name, service) => {
    expect(spanOf(name).service).toBe(service);
  });

  it.each([
    ['strategy.signal', ['market_data.tick']],
    ['risk.verdict', ['strategy.signal', 'market_data.tick']],
    ['execution.intent', ['risk.verdict', 'strategy.signal', 'market_data.tick']],
    ['execution.venue', ['risk.verdict', 'strategy.signal', 'market_data.tick']],
    ['execution.fill', ['risk.verdict', 'strategy.signal', 'market_data.tick']],
    ['ledger.post', ['execution.fill', 'risk.verdict', 'strategy.signal', 'market_data.tick']],
  ])('hangs %s under what led to it, without a gap', (name, above) => {
    const steps = new Set(STEPS.map(([step]) => step));
    expect(ancestry(trace, name).filter((one) => one !== name && steps.has(one))).toEqual(above);
    expect(ancestry(trace, name).at(-1)).toBe('market_data.tick');
  });

  it('tells it in the order in which it happened', () => {
    const starts = STEPS.map(([name]) => spanOf(name).startNs);
    const late = STEPS.filter((_, i) => i > 0 && (starts[i] ?? 0n) + CLOCKS_APART_NS < (starts[i - 1] ?? 0n));
    expect(late).toEqual([]);
  });

  it('speaks of one order', () => {
    expect(orderId).toMatch(/^[0-9a-f]{32}$/);
    for (const name of ['execution.intent', 'execution.venue', 'execution.fill'])
      expect(spanOf(name).attributes['argosy.client_order_id']).toBe(orderId);
  });

  it('has its id in the log lines of that order (OB-4)', async () => {
    const { traceId } = spanOf('execution.fill');
    const moves = await eventually('the order to be told as filled', () => {
      const lines = fleet
        .logLines()
        .filter(
          ({ event_type: type, data }) => type === 'state_transition' && (data as { order?: string }).order === orderId,
        );
      return lines.some(({ data }) => (data as { to_state?: string }).to_state === 'filled') ? lines : undefined;
    });
    expect(new Set(moves.map((line) => line['trace_id']))).toEqual(new Set([traceId]));
  });

  it('is what an exemplar of the order’s latency points to', async () => {
    const text = await (await fetch(`${fleet.urlOf('execution')}/metrics`)).text();
    const exemplars = [...text.matchAll(/^order_latency_seconds_bucket.* # \{trace_id="([0-9a-f]{32})"/gm)].map(
      ([, id]) => id,
    );
    const known = new Set(
      collector.spans.filter(({ name }) => name === 'execution.venue').map(({ traceId }) => traceId),
    );
    expect(exemplars).not.toEqual([]);
    expect(exemplars.filter((id) => id === undefined || !known.has(id))).toEqual([]);
  });

  it('came as OTLP over HTTP, all of it readable', () => {
    expect(collector.problems).toEqual([]);
  });
});
