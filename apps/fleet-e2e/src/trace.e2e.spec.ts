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
const STEP_NAMES: ReadonlySet<string> = new Set(STEPS.map(([name]) => name));

/** Clocks of processes on one machine differ by as much as their first reading was rounded. */
const CLOCKS_APART_NS = 5_000_000n;
const ORDER = 'argosy.client_order_id';

/** One order's steps by name, out of a trace that may tell of several orders. */
type Story = ReadonlyMap<string, ExportedSpan>;

/** A span and what is above it, up to the first of its trace or to where a parent was never exported. */
function lineOf(from: ExportedSpan | undefined, byId: ReadonlyMap<string, ExportedSpan>): readonly ExportedSpan[] {
  return from === undefined ? [] : [from, ...lineOf(byId.get(from.parentSpanId), byId)];
}

/** The first order of whose way every step has arrived. */
function wholeStory(spans: readonly ExportedSpan[]): Story | undefined {
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  for (const posted of spans.filter(({ name }) => name === 'ledger.post')) {
    const line = lineOf(posted, byId);
    const order = line.find(({ name }) => name === 'execution.fill')?.attributes[ORDER];
    const beside = spans.filter(({ traceId, attributes }) => traceId === posted.traceId && attributes[ORDER] === order);
    const story = new Map([...beside, ...line].map((span) => [span.name, span]));
    if (order !== undefined && STEPS.every(([name]) => story.has(name))) return story;
  }
  return undefined;
}

describe('one trace from a tick to its posting (OB-5)', () => {
  let collector: OtlpCollector;
  let fleet: LocalFleet;
  let story: Story;

  const spanOf = (name: string): ExportedSpan => {
    const span = story.get(name);
    if (span === undefined) throw new Error(`no span ${name}`);
    return span;
  };

  beforeAll(async () => {
    collector = await OtlpCollector.open();
    fleet = await LocalFleet.up({
      name: 'e2e-trace',
      options: ['--seed', '7'],
      env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint },
    });
    story = await eventually('an order with every step', () => wholeStory(collector.spans), { withinMs: 30_000 });
  }, 90_000);

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
    const [, ...line] = lineOf(spanOf(name), new Map(collector.spans.map((span) => [span.spanId, span])));
    expect(line.map((span) => span.name).filter((one) => STEP_NAMES.has(one))).toEqual(above);
    expect(line.at(-1)).toMatchObject({ name: 'market_data.tick', parentSpanId: '' });
    expect(new Set(line.map(({ traceId }) => traceId))).toEqual(new Set([spanOf(name).traceId]));
  });

  it('tells it in the order in which it happened', () => {
    const starts = STEPS.map(([name]) => spanOf(name).startNs);
    const early = STEPS.filter((_, i) => i > 0 && (starts[i] ?? 0n) + CLOCKS_APART_NS < (starts[i - 1] ?? 0n));
    expect(early).toEqual([]);
  });

  it('speaks of one order', () => {
    const orders = ['execution.intent', 'execution.venue', 'execution.fill'].map(
      (name) => spanOf(name).attributes[ORDER],
    );
    expect(orders[0]).toMatch(/^[0-9a-f]{32}$/);
    expect(new Set(orders).size).toBe(1);
  });

  it('has its id in the log lines of that order (OB-4)', async () => {
    const { traceId, attributes } = spanOf('execution.fill');
    const isMove = ({ event_type: type, data }: Record<string, unknown>): boolean =>
      type === 'state_transition' && (data as { readonly order?: string }).order === attributes[ORDER];
    const moves = await eventually('lines about the order', () => {
      const lines = fleet.logLines().filter(isMove);
      return lines.length > 1 ? lines : undefined;
    });
    expect(new Set(moves.map((line) => line['trace_id']))).toEqual(new Set([traceId]));
  });

  it('is what an exemplar of the order’s latency points to', async () => {
    const exemplars = await eventually('an exemplar whose span has been exported', async () => {
      const text = await (await fetch(`${fleet.urlOf('execution')}/metrics`)).text();
      const shown = [...text.matchAll(/^order_latency_seconds_bucket.* # \{trace_id="([0-9a-f]{32})"/gm)].map(
        ([, id]) => id,
      );
      const exported = new Set(
        collector.spans.filter(({ name }) => name === 'execution.venue').map(({ traceId }) => traceId),
      );
      return shown.find((id) => id !== undefined && exported.has(id));
    });
    expect(exemplars).toMatch(/^[0-9a-f]{32}$/);
  });

  it('came as OTLP over HTTP, all of it readable', () => {
    expect(collector.problems).toEqual([]);
  });
});
