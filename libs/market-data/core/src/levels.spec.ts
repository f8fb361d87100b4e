import { parsePrice, parseQuantity } from '@argosy/domain';
import { DecimalUnit } from './decimal-unit.js';
import { bestLevels, type BookUnits, isOrderedSide, readLevels } from './levels.js';
import { OrderBook } from './order-book.js';

const units: BookUnits = { tick: new DecimalUnit(parsePrice('0.1')), size: new DecimalUnit(parseQuantity('0.001')) };

describe('levels', () => {
  const refusals: readonly [story: string, rows: unknown, reason: RegExp][] = [
    ['no list', { 0: ['1', '1'] }, /not a list/],
    ['a number instead of text', [[1, '1']], /pair of texts/],
    ['a short row', [['1']], /pair of texts/],
    ['a null row', [null], /pair of texts/],
    ['a price of zero', [['0.0', '1']], /is zero/],
    ['a negative price', [['-1.0', '1']], /not a multiple of the tick/],
    ['a price finer than the tick', [['1.05', '1']], /not a multiple of the tick/],
    ['a negative size', [['1.0', '-1']], /not an exact size/],
    [
      'too many rows',
      [
        ['1', '1'],
        ['2', '1'],
        ['3', '1'],
        ['4', '1'],
      ],
      /at most 3/,
    ],
  ];
  it.each(refusals)('refuses %s', (_story, rows, reason) => {
    expect(readLevels(rows, units, 3)).toMatch(reason);
  });

  it('come back as the money they were', () => {
    const book = new OrderBook();
    const bids = readLevels(
      [
        ['100.0', '1.5'],
        ['99.9', '0.001'],
      ],
      units,
      3,
    );
    if (typeof bids === 'string') throw new Error(bids);
    book.apply(bids, { ticks: [], lots: [] });
    expect(bestLevels(book, 'buy', 5, units)).toEqual([
      { price: parsePrice('100'), quantity: parseQuantity('1.5') },
      { price: parsePrice('99.9'), quantity: parseQuantity('0.001') },
    ]);
  });

  it('know a picture glued from two', () => {
    expect(isOrderedSide('buy', { ticks: [5, 4, 3], lots: [1, 1, 1] })).toBe(true);
    expect(isOrderedSide('buy', { ticks: [5, 4, 4], lots: [1, 1, 1] })).toBe(false);
    expect(isOrderedSide('sell', { ticks: [5, 6, 5], lots: [1, 1, 1] })).toBe(false);
    expect(isOrderedSide('sell', { ticks: [5, 6], lots: [1, 0] })).toBe(false);
  });
});
