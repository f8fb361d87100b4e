import { sum, tallyOf } from './tally.mjs';

const suite = (status: string, cases: ReadonlyArray<[string, string]>) => ({
  name: '/here/libs/a/src/a.spec.ts',
  status,
  assertionResults: cases.map(([outcome, title]) => ({ status: outcome, title, fullName: `a ${title}` })),
});

describe('the tally of a test run', () => {
  it('counts what passed and what failed and names the failures', () => {
    const report = {
      testResults: [
        suite('failed', [
          ['passed', 'adds'],
          ['failed', 'subtracts'],
        ]),
      ],
    };
    expect(tallyOf(report, '/here')).toEqual({
      passed: 1,
      failed: 1,
      notRun: [],
      failures: ['libs/a/src/a.spec.ts: a subtracts'],
    });
  });

  it('takes neither a case that says it did not run nor a skipped one for passed', () => {
    const report = {
      testResults: [
        suite('passed', [
          ['passed', 'not run: no recordings (MD-1)'],
          ['pending', 'later'],
        ]),
      ],
    };
    expect(tallyOf(report, '/here')).toMatchObject({
      passed: 0,
      notRun: ['libs/a/src/a.spec.ts: a not run: no recordings (MD-1)', 'libs/a/src/a.spec.ts: a later'],
    });
  });

  it('takes a file that does not load for a failure, not for an empty suite', () => {
    const tally = tallyOf({ testResults: [suite('failed', [])] }, '/here');
    expect(tally).toMatchObject({ failed: 1, failures: ['libs/a/src/a.spec.ts: could not be run'] });
  });

  it('adds phases up', () => {
    const one = tallyOf({ testResults: [suite('passed', [['passed', 'adds']])] }, '/here');
    expect(sum(one, one).passed).toBe(2);
  });
});
