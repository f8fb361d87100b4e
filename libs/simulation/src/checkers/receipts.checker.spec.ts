import { orderAt, Story } from './checkers.fixture.js';
import { ReceiptsChecker } from './receipts.checker.js';

const receipt = (orders: Readonly<Record<string, string>>, complete = true) => ({
  ...{ kill_id: 'k', complete },
  orders: Object.entries(orders).map(([order_id, outcome]) => ({ order_id, outcome, filled_quantity: '0' })),
});

/** Three orders were open when the kill was confirmed; one of them fills, one is cancelled, one stays. */
function killed(): Story<ReceiptsChecker> {
  const story = new Story((world, coverage) => new ReceiptsChecker(world, coverage));
  const { checker, world } = story;
  for (const id of ['a', 'b', 'c']) checker.venueOrder(orderAt(id, 'open'));
  checker.venueOrder(orderAt('before', 'filled'));
  world.people.killedAtUs = 5;
  checker.venueOrder(orderAt('late', 'open'));
  checker.venueOrder(orderAt('late', 'canceled'));
  checker.venueOrder(orderAt('a', 'filled'));
  checker.venueOrder(orderAt('b', 'canceled'));
  return story;
}

const TRUE = { a: 'filled', b: 'cancelled', c: 'could_not_cancel', late: 'cancelled' } as const;

describe('the receipt of a kill (I-16)', () => {
  it.each<[string, Readonly<Record<string, string>>, boolean, string | undefined]>([
    ['tells all of it as it is', TRUE, true, undefined],
    ['tells of an order that had ended before, too', { ...TRUE, before: 'filled' }, true, undefined],
    ['is not complete yet', { a: 'pending' }, false, undefined],
    [
      'forgets an order',
      { a: 'filled', b: 'cancelled', late: 'cancelled' },
      true,
      'I-16 the receipt of a kill does not know c, which it met at the venue',
    ],
    [
      'forgets one that landed after the kill',
      { a: 'filled', b: 'cancelled', c: 'could_not_cancel' },
      true,
      'I-16 the receipt of a kill does not know late, which it met at the venue',
    ],
    [
      'calls a fill a cancel',
      { ...TRUE, a: 'cancelled' },
      true,
      'I-16 a complete receipt calls a cancelled, at the venue it is filled',
    ],
    [
      'calls a cancel a fill',
      { ...TRUE, b: 'filled' },
      true,
      'I-16 a complete receipt calls b filled, at the venue it is canceled',
    ],
    [
      'calls what is open cancelled',
      { ...TRUE, c: 'cancelled' },
      true,
      'I-16 a complete receipt calls c cancelled, at the venue it is open',
    ],
    ['is complete with an order left', { ...TRUE, c: 'pending' }, true, 'I-16 a complete receipt calls c pending'],
  ])('%s', (_story, orders, complete, found) => {
    const story = killed();
    story.checker.receiptRead(receipt(orders, complete));
    expect(story.violations).toEqual(found === undefined ? [] : [found]);
  });
});
