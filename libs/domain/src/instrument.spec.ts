import fc from 'fast-check';
import { format, parsePrice, parseQuantity, type Price } from './decimal.js';
import { isLegalPrice, isLegalQuantity, type PriceRule, tickAt, toLegalPrice } from './instrument.js';

const perp = (szDecimals: number): PriceRule => ({ kind: 'significant', figures: 5, decimals: 6 - szDecimals });

describe('price rules (EX-2)', () => {
  it.each([
    ['123456', 5, true, 'whole numbers are always legal'],
    ['12345.6', 5, false, 'six figures'],
    ['12345', 5, true, 'five figures'],
    ['1234.5', 5, true, 'five figures with one decimal'],
    ['1234.56', 4, false, 'six figures'],
    ['0.001234', 0, true, 'leading zeros are not figures'],
    ['0.0012345', 0, false, 'seven decimals'],
    ['0.01', 5, false, 'one decimal allowed'],
  ])('%s at szDecimals %i: %s (%s)', (text, szDecimals, legal) => {
    expect(isLegalPrice(perp(szDecimals), parsePrice(text))).toBe(legal);
  });

  it('rounds to a legal price that brackets the value', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 10n ** 9n, max: 10n ** 20n }), fc.integer({ min: 0, max: 5 }), (raw, szDecimals) => {
        const rule = perp(szDecimals);
        const down = toLegalPrice(rule, raw as Price, 'down');
        const up = toLegalPrice(rule, raw as Price, 'up');
        expect(down <= raw && raw <= up).toBe(true);
        expect(isLegalPrice(rule, up)).toBe(true);
        expect(down === 0n || isLegalPrice(rule, down)).toBe(true);
      }),
    );
  });

  it('knows the step of a five-figure price', () => {
    expect(format(tickAt(perp(5), parsePrice('61837')))).toBe('1');
    expect(format(tickAt(perp(4), parsePrice('3456.7')))).toBe('0.1');
  });

  it('wants whole lots', () => {
    expect(isLegalQuantity(parseQuantity('0.00001'), parseQuantity('0.12345'))).toBe(true);
    expect(isLegalQuantity(parseQuantity('0.00001'), parseQuantity('0.123456'))).toBe(false);
    expect(isLegalQuantity(parseQuantity('0.00001'), parseQuantity('0'))).toBe(false);
  });
});
