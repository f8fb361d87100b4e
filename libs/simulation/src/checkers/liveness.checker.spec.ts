import { SimWorld } from '../fleet/sim-world.js';
import { Coverage } from './checker.js';
import { LivenessChecker } from './liveness.checker.js';

const CALM_US = 54_000_000;

/** A fleet of which nobody was ever started, judged at the calm after one disturbance. */
async function judged(disturb: (checker: LivenessChecker) => void, atUs: number): Promise<readonly string[]> {
  const world = new SimWorld({ seed: 1 });
  const checker = new LivenessChecker(world, new Coverage());
  world.scheduler.after(atUs, () => disturb(checker));
  await world.scheduler.run(CALM_US);
  checker.calm();
  return world.violations.map(({ invariant, message }) => `${invariant} ${message}`);
}

describe('the fleet after the storm (I-58)', () => {
  it('must lead and trade again thirty seconds after the last fault', async () => {
    const found = await judged((checker) => checker.faultEnded(), 24_000_000);
    expect(found).toContain('I-58 no execution leads: execution-a is down, execution-b is down');
    expect(found).toContain('I-58 no order for 54 s after the storm');
  });

  it.each([
    ['a crash point met at 51.4 s', (checker: LivenessChecker) => checker.crashed(), 51_400_000],
    ['a fault that ended at 24.1 s', (checker: LivenessChecker) => checker.faultEnded(), 24_100_000],
    ['a fault that began at 40 s', (checker: LivenessChecker) => checker.faultBegan('kill'), 40_000_000],
  ])('is not judged within thirty seconds of %s', async (_story, disturb, atUs) => {
    expect(await judged(disturb, atUs)).toEqual([]);
  });
});
