import { spawnSync } from 'node:child_process';
import { argosy, LocalFleet } from './testing/local-fleet.js';

interface Check {
  readonly what: string;
  readonly outcome: 'held' | 'violated' | 'idle';
  readonly ms: number | null;
  readonly detail: string;
}
interface Report {
  readonly ok: boolean;
  readonly again: string;
  readonly faults: readonly { readonly what: string; readonly acted: number }[];
  readonly checks: readonly Check[];
}

/** A tool of Linux; where it is not, no file size can be limited from outside. */
const HAS_PRLIMIT = spawnSync('prlimit', ['--version']).status === 0;

describe('faults done to a running fleet on purpose', () => {
  let fleet: LocalFleet;

  beforeAll(async () => {
    fleet = await LocalFleet.up({ name: 'e2e-chaos', options: ['--seed', '47', '--standby'] });
    await fleet.says('first fill');
  }, 120_000);

  afterAll(async () => {
    await fleet.down();
  }, 60_000);

  it('F-01 I-02 I-29 I-58 kills execution’s leader, and everything holds', async () => {
    const { code, out } = await argosy('chaos', 'run', 'kill-leader', '--fleet', fleet.name, '-o', 'json');
    const report = JSON.parse(out) as Report;
    expect({ broken: report.checks.filter(({ outcome }) => outcome === 'violated'), code }).toEqual({
      broken: [],
      code: 0,
    });
    expect(out.trimEnd().split('\n')).toHaveLength(1);
    expect(report).toMatchObject({
      ok: true,
      again: 'argosy chaos run kill-leader',
      faults: [{ what: 'kill -9 leader:execution', acted: 1 }],
    });
    const held = new Map(report.checks.map((check) => [check.what, check]));
    for (const what of [
      'trades again, or is halted and says why',
      'orders go on',
      'execution is led again',
      'no order of an old epoch after a newer one',
      'every order accounted for',
      'cash equals the exchange',
      'positions equal the exchange',
      'no ban',
    ])
      expect([what, held.get(what)?.outcome]).toEqual([what, 'held']);
  }, 120_000);

  if (HAS_PRLIMIT)
    it('F-14 F-28 I-12 kills while no service can write a file', async () => {
      const { code, out } = await argosy('chaos', 'run', 'kill-switch-disk-full', '--fleet', fleet.name, '-o', 'json');
      const { checks } = JSON.parse(out) as Report;
      expect({ broken: checks.filter(({ outcome }) => outcome === 'violated'), code }).toEqual({ broken: [], code: 0 });
      expect(checks.map(({ what }) => what)).toEqual(
        expect.arrayContaining([
          'no service ends for a full disk',
          'the kill is acknowledged',
          'no order after the kill',
          'the kill is latched',
          'every order accounted for',
        ]),
      );
    }, 120_000);
  else it('not run: no prlimit (F-14, a kill with a full disk)', () => expect(HAS_PRLIMIT).toBe(false));
});
