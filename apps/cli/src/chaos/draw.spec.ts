import { SeededRandom } from '@argosy/platform-runtime';
import { describePlan, type Plan, planDrawn, planOne } from './draw.js';
import { lengthMs, touches } from './scenario.js';
import { SCENARIOS, scenarioNamed } from './scenarios.js';

const drawn = (seed: number, forMs = 60_000): Plan =>
  planDrawn(SCENARIOS, new SeededRandom(`chaos/${String(seed)}`), seed, forMs);
const seeds = Array.from({ length: 300 }, (_, at) => at);

describe('what a seed draws (F-54)', () => {
  it('is the same for the same seed, and seldom for another', () => {
    expect(drawn(7)).toEqual(drawn(7));
    const plans = new Set(seeds.map((seed) => describePlan(drawn(seed)).join('\n')));
    expect(plans.size).toBeGreaterThan(290);
  });

  it.each([15_000, 60_000])('is two to four scenarios that begin and end within %d ms', (forMs) => {
    for (const seed of seeds) {
      const { chosen, steps } = drawn(seed, forMs);
      expect([2, 3, 4]).toContain(chosen.length);
      expect(lengthMs(steps.map(({ step }) => step))).toBeLessThanOrEqual(forMs);
    }
  });

  it('never lays hands on one thing twice', () => {
    for (const seed of seeds) {
      const { chosen } = drawn(seed);
      const hands = chosen.flatMap(({ scenario, settings }) => [...new Set(scenario.steps(settings).map(touches))]);
      expect(hands).toEqual([...new Set(hands)]);
    }
  });

  it('reaches every scenario but those that are run by hand', () => {
    const reached = new Set(seeds.flatMap((seed) => drawn(seed).chosen.map(({ scenario }) => scenario.name)));
    expect(SCENARIOS.map(({ name }) => name).filter((name) => !reached.has(name))).toEqual([
      'key-revoked',
      'disk-full',
      'postgres-disk-full',
      'nats-disk-full',
      'kill-switch-disk-full',
    ]);
  });

  it('says how to run it again', () => {
    expect(drawn(12, 30_000).again).toBe('argosy chaos run --seed 12 --for 30s');
  });
});

describe('one scenario by name', () => {
  it('takes the usual numbers, and those given by hand', () => {
    const freeze = scenarioNamed('freeze-leader');
    if (freeze === undefined) throw new Error('it is in the table');
    expect(describePlan(planOne(freeze, {}, 1))).toEqual(['  0 s  SIGSTOP leader:execution for 2 s']);
    expect(planOne(freeze, { forMs: 10_000 }, 1)).toMatchObject({
      again: 'argosy chaos run freeze-leader --set forMs=10000',
      steps: [{ step: { kind: 'freeze', forMs: 10_000 } }],
    });
  });

  it.each(SCENARIOS.map((one) => [one.name, one] as const))('%s has numbers within its own bounds', (_name, one) => {
    for (const { usual, least, most, drawn: choices } of Object.values(one.settings)) {
      const outside = [usual, ...choices].filter((value) => value < least || value > most);
      expect(outside).toEqual([]);
    }
    expect(planOne(one, {}, 1).steps.length).toBeGreaterThan(0);
  });

  it('has no name twice', () => {
    expect(new Set(SCENARIOS.map(({ name }) => name)).size).toBe(SCENARIOS.length);
  });
});
