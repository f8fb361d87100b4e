import { RISK_SETTINGS } from '../fleet/fleet-settings.js';
import { intended, Story } from './checkers.fixture.js';
import { ThrottlesChecker } from './throttles.checker.js';

const { strategyOrdersPerWindow, repeatsPerWindow } = RISK_SETTINGS.limits;
const story = (): Story<ThrottlesChecker> => new Story((world, coverage) => new ThrottlesChecker(world, coverage));
const order = (limitPrice: number) => ({ strategyId: 'mad', limitPrice }) as never;

describe('the throttles (I-21)', () => {
  it.each([
    ['orders of one strategy', strategyOrdersPerWindow, (at: number) => at],
    ['repeats of one order', repeatsPerWindow, () => 0],
  ])('let so many %s pass in a window, and none more', async (_what, limit, priceOf) => {
    const one = await story().at(10);
    for (let at = 0; at < limit; at += 1) one.checker.wrote(intended(String(at), order(priceOf(at))));
    expect(one.violations).toEqual([]);
    one.checker.wrote(intended('more', order(priceOf(limit))));
    expect(one.violations).toEqual([expect.stringMatching(new RegExp(`^I-21 ${String(limit + 1)} orders of mad`))]);
  });

  it('hold a strategy that risk stopped until a person lets it go', async () => {
    const one = await story().at(10);
    one.checker.strategyStopped('mad');
    await one.at(12);
    one.checker.wrote(intended('under way', order(1)));
    await one.at(20);
    one.checker.strategyReenabled('mad', 'operator');
    one.checker.wrote(intended('after', order(2)));
    expect(one.violations).toEqual([]);
    one.checker.strategyStopped('mad');
    await one.at(30);
    one.checker.wrote(intended('stopped', order(3)));
    one.checker.strategyReenabled('mad', 'risk');
    expect(one.violations).toEqual(['I-21 mad orders 10 s after risk stopped it', "I-21 mad was let go by 'risk'"]);
  });

  it('trip by themselves when a strategy floods', async () => {
    const one = await story().at(10);
    for (let second = 11; second < 16; second += 1) {
      for (let at = 0; at < 50; at += 1) one.checker.submitted('mad');
      await one.at(second);
    }
    one.checker.submitted('mad');
    one.checker.calm();
    expect(one.violations).toEqual([expect.stringMatching(/^I-21 mad flooded for \d s unstopped$/)]);
  });
});
