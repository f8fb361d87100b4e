import { type Evidence, isClean, judge, lateRefusals } from './judge.js';

const id = (epoch: number, sequence: number): string =>
  `00010001${epoch.toString(16).padStart(8, '0')}${sequence.toString(16).padStart(16, '0')}`;
const FIRST = id(1, 1);
const SECOND = id(2, 1);

const accepted = (order: string, atMs: number) =>
  ({ seq: atMs, atMs, kind: 'order', outcome: 'resting', cloid: `0x${order}` }) as const;

const aTrial = (changes: Partial<Evidence> = {}): Evidence => ({
  truth: [accepted(FIRST, 1_000), accepted(SECOND, 3_000)],
  takeovers: [
    { epoch: 1, atMs: 500 },
    { epoch: 2, atMs: 2_000 },
  ],
  journal: [
    { clientOrderId: FIRST, request: 'r1', state: 'working' },
    { clientOrderId: SECOND, request: 'r2', state: 'working' },
  ],
  atVenue: new Set([FIRST, SECOND]),
  told: { taken: new Map([['r1', FIRST]]), refused: new Set(['r9']) },
  ...changes,
});

describe('the judge of a failover trial', () => {
  it('finds nothing where each order is in journal and venue, and no epoch overlaps another', () => {
    expect(isClean(judge(aTrial()))).toBe(true);
  });

  const late = accepted(FIRST, 2_001);
  const wrongs: readonly [string, 'deposed' | 'duplicated' | 'lost', Partial<Evidence>][] = [
    ['an order of a leader that somebody had succeeded (I-01)', 'deposed', { truth: [late] }],
    [
      'an older epoch after a newer one, whatever the clocks say',
      'deposed',
      {
        truth: [accepted(SECOND, 1_000), accepted(FIRST, 1_000)],
        takeovers: [],
      },
    ],
    [
      'one request as two orders (I-07)',
      'duplicated',
      {
        journal: [FIRST, SECOND].map((clientOrderId) => ({ clientOrderId, request: 'r1', state: 'working' })),
      },
    ],
    [
      'an order that the venue has and the journal not (I-02)',
      'lost',
      {
        journal: [{ clientOrderId: FIRST, request: 'r1', state: 'working' }],
        atVenue: new Set([FIRST]),
      },
    ],
    [
      'an order that rests and that the journal has ended',
      'lost',
      {
        journal: [
          { clientOrderId: FIRST, request: 'r1', state: 'cancelled' },
          { clientOrderId: SECOND, request: 'r2', state: 'working' },
        ],
      },
    ],
    ['an order that the journal has and the venue not', 'lost', { atVenue: new Set([FIRST]) }],
    [
      'a request that was taken and forgotten',
      'lost',
      {
        told: { taken: new Map([['r3', id(1, 7)]]), refused: new Set() },
      },
    ],
    ['a request that was refused and lives', 'lost', { told: { taken: new Map(), refused: new Set(['r2']) } }],
  ];
  it.each(wrongs)('finds %s', (_what, kind, changes) => {
    expect(judge(aTrial(changes))[kind]).not.toEqual([]);
  });

  it('counts what came too late and was refused', () => {
    const refused = { seq: 9, atMs: 2_500, kind: 'refused', action: 'order', cloids: [`0x${FIRST}`, `0x${SECOND}`] };
    expect(lateRefusals([refused], aTrial().takeovers)).toBe(1);
  });
});
