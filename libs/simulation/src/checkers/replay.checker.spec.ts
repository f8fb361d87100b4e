import { RUNS_FOLDER } from '../fleet/fleet-settings.js';
import { runSeed } from '../run-seed.js';
import { SimWorld } from '../fleet/sim-world.js';
import { Coverage } from './checker.js';
import { ReplayChecker } from './replay.checker.js';

const MINUTE_MS_MAX = 60_000;

/** The log of the first run of a strategy that throws dice, from a world that lived for ten seconds. */
async function diceLog(): Promise<string> {
  const world = new SimWorld({ seed: 10 });
  await world.start();
  void world.people.openShop(['dice']);
  await world.scheduler.run(20_000_000);
  for (const { service, disk } of world.hosts.values()) {
    if (service !== 'strategy-host' || !(await disk.exists(RUNS_FOLDER))) continue;
    const names = (await disk.list(RUNS_FOLDER)).filter((name) => name.startsWith('dice.'));
    const parts = await Promise.all(names.map((name) => disk.readFile(`${RUNS_FOLDER}/${name}`)));
    world.end();
    return parts.map((bytes) => new TextDecoder().decode(bytes)).join('');
  }
  throw new RangeError('nobody wrote a log');
}

function found(log: string): readonly string[] {
  const world = new SimWorld({ seed: 10 });
  new ReplayChecker(world, new Coverage()).replayed('dice.1', log);
  return world.violations.map(({ invariant, message }) => `${invariant} ${message}`);
}

describe('runs taken again (I-32)', () => {
  it(
    'decide the same, and one changed decision is found',
    async () => {
      const log = await diceLog();
      expect(log).toMatch(/"kind":"submit"/);
      expect(found(log)).toEqual([]);
      expect(found(log.replace('"signal":"dice"', '"signal":"luck"'))).toEqual([
        expect.stringMatching(/^I-32 dice.1, line/),
      ]);
      expect(found('{"log":"of something else"}\n')).toEqual([
        expect.stringMatching(/^I-32 dice.1 cannot be replayed/),
      ]);
    },
    MINUTE_MS_MAX,
  );

  it(
    'are those of every tenth seed',
    async () => {
      const { coverage, violations } = await runSeed({ seed: 20, plan: [] });
      expect(violations).toEqual([]);
      expect(coverage['I-32']).toBeGreaterThanOrEqual(3);
    },
    MINUTE_MS_MAX,
  );
});
