import { sentOrder, Story } from './checkers.fixture.js';
import { ClockChecker } from './clock.checker.js';

const LOOK = '{"type":"clearinghouseState","user":"0x1"}';
const story = (): Story<ClockChecker> => new Story((world, coverage) => new ClockChecker(world, coverage));

/** A question at one second and its answer at another. */
async function looked(one: Story<ClockChecker>, asked: number, answered: number): Promise<void> {
  await one.at(asked);
  one.checker.venueAsked(one.process(), LOOK);
  await one.at(answered);
  one.checker.venueAnswered('execution-a', LOOK);
}

describe("orders and the venue's clock (I-56)", () => {
  it('may leave when it was looked at quickly once, and slowly since', async () => {
    const one = story();
    await looked(one, 1, 1.02);
    await looked(one, 5, 9);
    one.checker.sent(one.process(), sentOrder('a'));
    expect(one.violations).toEqual([]);
  });

  it('may not leave before an answer', async () => {
    const one = await story().at(1);
    one.checker.venueAsked(one.process(), LOOK);
    one.checker.venueAnswered('execution-b', LOOK);
    one.checker.sent(one.process(), sentOrder('a'));
    expect(one.violations).toEqual(["I-56 execution-a#1 sent an order and never learned the venue's time"]);
  });

  it('may not leave when every answer was slow', async () => {
    const one = story();
    await looked(one, 1, 1.6);
    one.checker.sent(one.process(), sentOrder('a'));
    expect(one.violations).toEqual(["I-56 execution-a#1 sent an order and knows the venue's time to 300 ms"]);
  });

  it('may not leave by what another life knew', async () => {
    const one = story();
    await looked(one, 1, 1.02);
    one.checker.sent(one.process('execution-a#2'), sentOrder('a'));
    expect(one.violations).toHaveLength(1);
  });
});
