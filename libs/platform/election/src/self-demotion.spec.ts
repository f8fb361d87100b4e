import {
  backOffMs,
  DEMOTION_LIMITS,
  type DemotionLimits,
  examine,
  type ProcessSample,
  reasonToStay,
  reasonToStepDown,
  WELL,
} from './self-demotion.js';

const GIGABYTE = 1_073_741_824;
const LIMITS: DemotionLimits = { ...DEMOTION_LIMITS, memoryBytes: GIGABYTE };

/** Checks a second apart; the last verdict. */
function after(checks: readonly Partial<ProcessSample & { share: number }>[]): string | undefined {
  let [condition, cpuMs] = [WELL, 0];
  checks.forEach(({ share = 0.1, ...sample }, index) => {
    cpuMs += share * 1_000;
    const at = { atMs: index * 1_000, loopLagMs: 0, cpuMs, memoryBytes: 1, unhealthy: undefined, ...sample };
    condition = examine(condition, at, LIMITS);
  });
  return reasonToStepDown(condition, LIMITS);
}
const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);

describe('a leader that is not well (HA-1)', () => {
  const stories: ReadonlyArray<[string, Parameters<typeof after>[0], string | undefined]> = [
    ['is well', times(100, {}), undefined],
    ['is unhealthy for four checks', times(4, { unhealthy: 'no venue' }), undefined],
    ['is unhealthy for five', times(5, { unhealthy: 'no venue' }), 'its own health failed 5 checks in a row: no venue'],
    ['recovers between', [...times(4, { unhealthy: 'x' }), {}, ...times(4, { unhealthy: 'x' })], undefined],
    ['lags once for long', [{}, { loopLagMs: 5_000 }, {}], undefined],
    ['lags a little all the time', times(50, { loopLagMs: 249 }), undefined],
    ['lags five times', times(5, { loopLagMs: 250 }), 'the event loop lagged by 250 ms, 5 checks in a row'],
    ['is busy for a minute but a second', times(60, { share: 0.96 }), undefined],
    ['is busy for a minute', times(61, { share: 0.96 }), 'the processor was over 95 % for 60 s'],
    ['is nearly busy for an hour', times(3_600, { share: 0.94 }), undefined],
    ['has room in its memory', [{ memoryBytes: GIGABYTE * 0.94 }], undefined],
    [
      'has filled its memory',
      [{ memoryBytes: GIGABYTE }],
      `memory is at ${String(GIGABYTE)} of ${String(GIGABYTE)} bytes`,
    ],
  ];
  it.each(stories)('%s', (_story, checks, expected) => {
    expect(after(checks)).toBe(expected);
  });
});

describe('the flap guard (HA-1)', () => {
  const minutes = (...ago: number[]) => ago.map((count) => ({ agoMs: count * 60_000 }));
  it('stays where nobody stands by, and after three times in an hour', () => {
    expect(reasonToStay([], false)).toBe('nobody stands by');
    expect(reasonToStay(minutes(1, 30), true)).toBeUndefined();
    expect(reasonToStay(minutes(1, 30, 59), true)).toContain('3 times in the last 60 minutes');
    expect(reasonToStay(minutes(1, 30, 60), true)).toBeUndefined();
  });

  it('keeps a process from leading again for a time that doubles', () => {
    expect(backOffMs([])).toBe(0);
    expect(backOffMs([{ agoMs: 0 }])).toBe(30_000);
    expect(backOffMs([{ agoMs: 10_000 }])).toBe(20_000);
    expect(backOffMs([{ agoMs: 0 }, { agoMs: 40_000 }])).toBe(60_000);
    expect(backOffMs(Array.from({ length: 9 }, () => ({ agoMs: 0 })))).toBe(600_000);
    expect(backOffMs([{ agoMs: 3_600_000 }])).toBe(0);
  });
});
