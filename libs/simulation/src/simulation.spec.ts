import { readCommandLine, UsageError } from './cli/command-line.js';
import { coverageTable } from './cli/coverage-table.js';
import { FAULT_CLASSES } from './faults/fault-plan.js';
import { mutantNamed, MUTANTS } from './mutants/mutants.js';
import { runSeed } from './run-seed.js';
import { shrink } from './shrink.js';

const MINUTES_MS_MAX = 120_000;

describe('a fleet-minute', () => {
  it(
    'writes the same bytes for the same seed, and others for another',
    async () => {
      const [first, again, other] = [
        await runSeed({ seed: 7 }),
        await runSeed({ seed: 7 }),
        await runSeed({ seed: 8 }),
      ];
      expect([again.digest, again.lines, again.events]).toEqual([first.digest, first.lines, first.events]);
      expect(other.digest).not.toBe(first.digest);
    },
    MINUTES_MS_MAX,
  );

  it(
    'has its books, orders and fills, and breaks nothing when nothing goes wrong',
    async () => {
      const { coverage, violations } = await runSeed({ seed: 1, plan: [] });
      expect(violations).toEqual([]);
      expect(coverage['book updates']).toBeGreaterThanOrEqual(600);
      expect(coverage['venue open']).toBeGreaterThanOrEqual(60);
      expect(coverage['venue fill']).toBeGreaterThanOrEqual(20);
    },
    MINUTES_MS_MAX,
  );

  it(
    'draws two to four faults a seed, and every class sooner or later',
    async () => {
      const { plan } = await runSeed({ seed: 3 });
      expect(plan.length).toBeGreaterThanOrEqual(2);
      expect(plan.length).toBeLessThanOrEqual(4);
      expect(new Set(FAULT_CLASSES.map(({ kind }) => kind)).size).toBe(FAULT_CLASSES.length);
    },
    MINUTES_MS_MAX,
  );
});

describe('a fleet with a broken part', () => {
  it(
    'is caught by an invariant that the part was for, and its storm shrinks to nothing when it needs none',
    async () => {
      const { parts, because } = mutantNamed('intent_after_send');
      const failed = await runSeed({ seed: 5, parts });
      expect(because).toContain(failed.violations[0]?.invariant);
      const small = await shrink(failed, { parts });
      expect(small.plan).toEqual([]);
    },
    MINUTES_MS_MAX,
  );

  it('has a name of its own', () => {
    expect(new Set(MUTANTS.map(({ name }) => name)).size).toBe(MUTANTS.length);
    expect(() => mutantNamed('perfect')).toThrow(RangeError);
  });
});

describe('the command line', () => {
  it('reads what it is given', () => {
    expect(readCommandLine(['--seeds', '300', '--first', '5', '-o', 'json'])).toMatchObject({
      first: 5,
      seeds: 300,
      json: true,
      workers: 2,
    });
    expect(readCommandLine(['--seed', '42'])).toMatchObject({ first: 42, seeds: 1, mutants: false });
  });

  it.each([
    ['an unknown option', ['--sed', '1'], "unknown option '--sed'"],
    ['a seed that is none', ['--seed', '-1'], '--seed wants a whole number'],
    ['a missing value', ['--seeds'], '--seeds wants a value'],
    ['another format', ['-o', 'xml'], "-o knows json only, not 'xml'"],
    ['faults that are not JSON', ['--faults', '[{'], '--faults wants JSON'],
  ])('refuses %s', (_story, words, reason) => {
    expect(() => readCommandLine(words)).toThrow(UsageError);
    expect(() => readCommandLine(words)).toThrow(reason);
  });

  it('says NEVER where nothing was exercised', () => {
    expect(coverageTable({ 'I-01': 3 }, ['I-02'])).toMatch(/I-01 +3\n +I-02 +NEVER/);
  });
});
