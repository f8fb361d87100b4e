import type { DeadManRules } from '@argosy/venue-port';
import { DEAD_MAN_DEFAULTS, type DeadManMoment, type DeadManStep, DeadManSwitch } from './dead-man.js';

const RULES: DeadManRules = {
  scope: 'account',
  aheadMsMin: 5_000,
  firingsADayMax: 2,
  volumeMin: '0',
  firedWord: 'scheduledCancel',
};
const DAY_MS = 86_400_000;
const NOON_MS = 20_000 * DAY_MS + DAY_MS / 2;
const at = (ms: number, changes: Partial<DeadManMoment> = {}): DeadManMoment => ({
  monotonicMs: ms,
  venueMs: NOON_MS + ms,
  leads: true,
  exposed: true,
  ...changes,
});
const REFUSED = { outcome: 'refused', reason: '' } as const;

/** A switch armed at 0, which fires at 15,000 unless renewed. */
function armed(): DeadManSwitch {
  const dead = new DeadManSwitch(RULES);
  dead.step(at(0));
  dead.answered({ outcome: 'armed' }, at(10));
  return dead;
}

describe('the dead-man switch', () => {
  it('is armed as soon as an order is out, and renewed long before it fires', () => {
    const dead = new DeadManSwitch(RULES);
    expect(dead.status).toEqual({ state: 'unknown', firingsToday: 0 });
    expect(dead.step(at(0))).toEqual({ kind: 'arm', atVenueMs: NOON_MS + 15_000 });
    // Not answered yet: nothing is asked twice.
    expect(dead.step(at(5))).toEqual({ kind: 'wait' });
    dead.answered({ outcome: 'armed' }, at(10));
    expect(dead.status).toEqual({ state: 'armed', firesAtVenueMs: NOON_MS + 15_000, firingsToday: 0 });
    expect(dead.step(at(4_999))).toEqual({ kind: 'wait' });
    expect(dead.step(at(5_000))).toEqual({ kind: 'arm', atVenueMs: NOON_MS + 20_000 });
  });

  it('a take-over of ten seconds does not trip it, at the worst moment', () => {
    // The last renewal was just not due when the leader died.
    const { timeoutMs, renewMs } = DEAD_MAN_DEFAULTS;
    expect(timeoutMs - renewMs).toBeGreaterThanOrEqual(10_000);
  });

  it('is let go before it fires when nothing is out any more, and armed anew with the next order', () => {
    const dead = armed();
    expect(dead.step(at(1_000, { exposed: false }))).toEqual({ kind: 'wait' });
    expect(dead.step(at(5_000, { exposed: false }))).toEqual({ kind: 'disarm' });
    dead.answered({ outcome: 'disarmed' }, at(5_010));
    expect(dead.step(at(6_000, { exposed: false }))).toEqual({ kind: 'wait' });
    expect(dead.step(at(7_000)).kind).toBe('arm');
  });

  it('what a former leader left armed is put right by the next one', () => {
    expect(new DeadManSwitch(RULES).step(at(0, { exposed: false }))).toEqual({ kind: 'disarm' });
  });

  it('only a leader keeps it alive: a standby, or a leader past its deadline, asks nothing', () => {
    const dead = armed();
    expect(dead.step(at(6_000, { leads: false }))).toEqual({ kind: 'wait' });
    expect(dead.status.state).toBe('unknown');
    expect(dead.step(at(6_100)).kind).toBe('arm');
  });

  it('after an answer that never came it is asked again a second later, since it stands at either moment', () => {
    const dead = armed();
    dead.step(at(5_000));
    dead.doubted(7_000);
    expect(dead.status.state).toBe('unknown');
    expect(dead.step(at(7_999))).toEqual({ kind: 'wait' });
    expect(dead.step(at(8_000)).kind).toBe('arm');
  });

  const refusals: readonly [string, Parameters<DeadManSwitch['answered']>[0], number][] = [
    ['volume the account lacks is asked about again in an hour', { ...REFUSED, cause: 'volume_required' }, 3_600_000],
    ['a day’s firings are used up until midnight UTC', { ...REFUSED, cause: 'day_limit' }, DAY_MS / 2],
    ['a moment too near, in a second', { ...REFUSED, cause: 'too_soon' }, 1_000],
    ['an unknown reason, in a minute', { ...REFUSED, cause: 'other' }, 60_000],
    ['a venue without one, never', { ...REFUSED, cause: 'not_offered' }, Number.POSITIVE_INFINITY],
  ];
  it.each(refusals)('absent, and shown so: %s', (_why, answer, againMs) => {
    const dead = new DeadManSwitch(RULES);
    dead.step(at(0));
    dead.answered(answer, at(0));
    expect(dead.status).toMatchObject({ state: 'absent', cause: (answer as { cause: string }).cause });
    if (againMs === Number.POSITIVE_INFINITY) {
      expect(dead.step(at(1e9))).toEqual({ kind: 'wait' });
      return;
    }
    expect(dead.step(at(againMs - 1))).toEqual({ kind: 'wait' });
    expect(dead.step(at(againMs)).kind).toBe('arm');
  });

  it('where a venue has none it is absent from the start', () => {
    const dead = new DeadManSwitch(undefined);
    expect(dead.status).toEqual({ state: 'absent', cause: 'not_offered', firingsToday: 0 });
    expect(dead.step(at(0))).toEqual({ kind: 'wait' });
    expect(dead.step(at(0, { leads: false }))).toEqual({ kind: 'wait' });
    expect(dead.status.state).toBe('absent');
  });

  it('without the venue’s clock there is no moment to arm at', () => {
    const dead = new DeadManSwitch(RULES);
    expect(dead.step(at(0, { venueMs: undefined }))).toEqual({ kind: 'wait' });
    expect(dead.status).toMatchObject({ state: 'absent', cause: 'clock_unknown' });
    expect(dead.step(at(1_000)).kind).toBe('arm');
  });

  it('tells of a firing once however many orders it ended, and arms anew', () => {
    const dead = armed();
    expect([0, 1, 900].map((ms) => dead.noticeFired(NOON_MS + 15_000 + ms))).toEqual([true, false, false]);
    expect(dead.status).toEqual({ state: 'disarmed', firingsToday: 1 });
    expect(dead.step(at(16_000)).kind).toBe('arm');
    dead.answered({ outcome: 'armed' }, at(16_100));
    // The report of one more order comes late: the new switch cannot have fired yet.
    expect(dead.noticeFired(NOON_MS + 19_999)).toBe(false);
    expect(dead.status).toMatchObject({ state: 'armed', firingsToday: 1 });
  });

  it('stops at the venue’s count of firings a day, and goes on the next', () => {
    const dead = armed();
    dead.noticeFired(NOON_MS + 15_000);
    dead.step(at(16_000));
    dead.answered({ outcome: 'armed' }, at(16_000));
    dead.noticeFired(NOON_MS + 31_000);
    expect(dead.step(at(32_000))).toEqual({ kind: 'wait' });
    expect(dead.status).toEqual({ state: 'absent', cause: 'day_limit', firingsToday: 2 });
    expect(dead.step(at(DAY_MS / 2 - 1))).toEqual({ kind: 'wait' });
    const next: DeadManStep = dead.step(at(DAY_MS / 2));
    expect(next.kind).toBe('arm');
    expect(dead.status.firingsToday).toBe(0);
  });

  it.each([
    ['shorter than the venue takes', { timeoutMs: 9_999, renewMs: 5_000 }],
    ['past 30 s', { timeoutMs: 30_001, renewMs: 5_000 }],
    ['renewed without pause', { timeoutMs: 15_000, renewMs: 999 }],
  ])('refuses a time-out %s', (_what, settings) => {
    expect(() => new DeadManSwitch(RULES, settings)).toThrow(RangeError);
  });
});
