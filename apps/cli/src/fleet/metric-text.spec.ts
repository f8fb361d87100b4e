import fc from 'fast-check';
import { bucketsOf, quantile, readSamples, since } from './metric-text.js';

const PAGE = `# HELP latency_seconds Time.
# TYPE latency_seconds histogram
latency_seconds_bucket{le="0.001",venue="a"} 50 # {trace_id="x"} 0.0009 1.0
latency_seconds_bucket{le="0.002",venue="a"} 90
latency_seconds_bucket{le="+Inf",venue="a"} 100
latency_seconds_bucket{le="0.001",venue="b"} 0
latency_seconds_bucket{le="0.002",venue="b"} 0
latency_seconds_bucket{le="+Inf",venue="b"} 0
risk_violations_total{code="price_outside_collar"} 3
other_total 7
# EOF
`;
const NAMES = new Set(['latency_seconds_bucket', 'risk_violations_total']);

describe('reading a metrics page', () => {
  it('takes only the names asked for, with labels, and leaves exemplars out', () => {
    const samples = readSamples(PAGE, NAMES);
    expect(samples).toHaveLength(7);
    expect(samples.at(-1)).toEqual({
      name: 'risk_violations_total',
      labels: { code: 'price_outside_collar' },
      value: 3,
    });
  });

  it('adds the histograms of all venues bound by bound', () => {
    const samples = readSamples(PAGE, NAMES);
    expect(bucketsOf(samples, 'latency_seconds')).toEqual([
      [0.001, 50],
      [0.002, 90],
      [Infinity, 100],
    ]);
  });
});

describe('quantiles of buckets', () => {
  const buckets = bucketsOf(readSamples(PAGE, NAMES), 'latency_seconds');
  const cases: ReadonlyArray<[string, number, number]> = [
    ['the middle of the first bucket', 0.25, 0.0005],
    ['exactly a bound', 0.5, 0.001],
    ['between two bounds', 0.7, 0.0015],
    ['beyond the last finite bound: the bound, never infinity', 0.99, 0.002],
  ];
  it.each(cases)('%s', (_case, q, expected) => {
    expect(quantile(buckets, q)).toBeCloseTo(expected, 9);
  });

  it('has none without observations', () => {
    expect(quantile([], 0.5)).toBeUndefined();
    expect(
      quantile(
        [
          [1, 0],
          [Infinity, 0],
        ],
        0.5,
      ),
    ).toBeUndefined();
  });

  it('never falls as q rises', () => {
    const counts = fc.array(fc.nat(50), { minLength: 1, maxLength: 20 });
    const law = fc.property(
      counts,
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (steps, a, b) => {
        let sum = 0;
        const some = [...steps.map((step, at) => [at + 1, (sum += step)] as const), [Infinity, sum] as const];
        const [low, high] = a <= b ? [a, b] : [b, a];
        const [below, above] = [quantile(some, low), quantile(some, high)];
        expect(above === undefined || (below ?? 0) <= above).toBe(true);
      },
    );
    fc.assert(law, { numRuns: 200 });
  });

  it('counts from nothing when the process has begun again', () => {
    const before = [
      [1, 10],
      [Infinity, 12],
    ] as const;
    expect(
      since(before, [
        [1, 15],
        [Infinity, 20],
      ]),
    ).toEqual([
      [1, 5],
      [Infinity, 8],
    ]);
    expect(
      since(before, [
        [1, 2],
        [Infinity, 3],
      ]),
    ).toEqual([
      [1, 2],
      [Infinity, 3],
    ]);
  });
});
