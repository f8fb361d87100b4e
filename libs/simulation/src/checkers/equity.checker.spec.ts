import { parseAmount } from '@argosy/domain';
import { Story } from './checkers.fixture.js';
import { EquityChecker } from './equity.checker.js';

describe('what the account is worth (I-38)', () => {
  it.each([
    ['the same', '100.5', '100.5', 0, []],
    ['off by the rounding of the venue', '100.5', '100.500001', 0, []],
    ['off, and a break says so', '100.5', '90', 1, []],
    ['off', '100.5', '100.51', 0, ['I-38 the books hold 100.5 USD, the venue 100.51, and no break says so']],
  ])('is %s', (_what, books, venue, breaks, found) => {
    const { checker, world } = new Story((made, coverage) => new EquityChecker(made, coverage));
    checker.compared(parseAmount(books), parseAmount(venue), breaks);
    expect(world.violations.map(({ invariant, message }) => `${invariant} ${message}`)).toEqual(found);
  });
});
