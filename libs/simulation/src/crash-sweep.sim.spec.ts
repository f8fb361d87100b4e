import type { CrashSide } from './fleet/crash-schedule.js';
import { CRASH_POINTS } from './faults/crash-points.js';
import { crashedAt } from './storm.sim.fixture.js';

const MINUTE_MS_MAX = 60_000;
const SIDES: readonly CrashSide[] = ['before', 'after'];

describe('a process that dies at a persist boundary (F-13)', () => {
  it.each(CRASH_POINTS.flatMap((target) => SIDES.map((side) => [side, target] as const)))(
    '%s %s: it really dies there, and every invariant holds',
    async (side, target) => {
      expect(await crashedAt(target, side)).toEqual({ met: 1, violations: [] });
    },
    MINUTE_MS_MAX,
  );
});
