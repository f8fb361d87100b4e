import { format, parseAmount, parsePrice, parseQuantity, type Side } from '@argosy/domain';
import { applyTrade, averagePrice, FLAT, type Position, unrealised } from './position.js';

const held = (quantity: string, cost: string): Position => ({
  quantity: parseAmount(quantity),
  cost: parseAmount(cost),
});

describe('average cost', () => {
  const stories: [
    story: string,
    before: Position,
    side: Side,
    quantity: string,
    price: string,
    after: [string, string],
    realised: string,
  ][] = [
    ['a buy opens a long', FLAT, 'buy', '2', '100', ['2', '200'], '0'],
    ['a sell opens a short', FLAT, 'sell', '2', '100', ['-2', '-200'], '0'],
    ['buying more averages up', held('2', '200'), 'buy', '2', '110', ['4', '420'], '0'],
    ['selling some realises against the average', held('4', '420'), 'sell', '1', '115', ['3', '315'], '10'],
    ['selling the rest leaves nothing', held('3', '315'), 'sell', '3', '95', ['0', '0'], '-30'],
    ['a short bought back lower earns', held('-2', '-200'), 'buy', '1', '90', ['-1', '-100'], '10'],
    ['a flip closes and opens at the price', held('1', '100'), 'sell', '3', '110', ['-2', '-220'], '10'],
    ['a short flips long', held('-1', '-100'), 'buy', '4', '90', ['3', '270'], '10'],
    [
      'a third of a cost that does not divide is cut towards zero',
      held('3', '100'),
      'sell',
      '1',
      '40',
      ['2', '66.666666666667'],
      '6.666666666667',
    ],
    [
      'an indivisible cost closes without a rest',
      held('2', '66.666666666667'),
      'sell',
      '2',
      '40',
      ['0', '0'],
      '13.333333333333',
    ],
  ];
  it.each(stories)('%s', (_story, before, side, quantity, price, after, realised) => {
    const effect = applyTrade(before, side, parsePrice(price), parseQuantity(quantity));
    expect([format(effect.position.quantity), format(effect.position.cost)]).toEqual(after);
    expect(format(effect.realised)).toBe(realised);
  });

  it('values an open position at the mark', () => {
    expect(format(unrealised(held('-2', '-200'), parsePrice('90')))).toBe('20');
    expect(averagePrice(FLAT)).toBeUndefined();
    expect(format(averagePrice(held('-2', '-201')) ?? parsePrice('0'))).toBe('100.5');
  });
});
