import fc from 'fast-check';
import {
  type Amount,
  DecimalFormatError,
  format,
  fromMantissa,
  notional,
  parseAmount,
  parsePrice,
  parseQuantity,
  type Price,
  type Quantity,
  ratio,
  roundTo,
  toMantissa,
} from './decimal.js';

describe('decimal text', () => {
  it.each([
    ['0', '0'],
    ['-0', '0'],
    ['0.5', '0.5'],
    ['1.50', '1.5'],
    ['007', '7'],
    ['-0.000000000001', '-0.000000000001'],
    ['99999999999999999999.999999999999', '99999999999999999999.999999999999'],
  ])('%s is kept exactly as %s', (text, canonical) => {
    expect(format(parseAmount(text))).toBe(canonical);
  });

  it.each([
    '',
    ' 1',
    '1 ',
    '1e3',
    '+1',
    '.5',
    '5.',
    '1,000',
    '0x10',
    'NaN',
    'Infinity',
    '1.0000000000001',
    '123456789012345678901',
    '１２',
    '1\n',
    '--1',
    '\u202e1',
  ])('%j is refused (bad input 1)', (text) => {
    expect(() => parseAmount(text)).toThrow(DecimalFormatError);
  });

  it('refuses a negative size: direction lives in the side', () => {
    expect(() => parseQuantity('-1')).toThrow(DecimalFormatError);
  });

  it('reads text of any length and shape alike: short plain text by another way', () => {
    const digits = fc.stringMatching(/^[0-9]{1,14}$/);
    fc.assert(
      fc.property(
        fc.constantFrom('', '-'),
        digits,
        fc.option(fc.stringMatching(/^[0-9]{1,12}$/)),
        (sign, whole, fraction) => {
          const value = BigInt(whole + (fraction ?? '').padEnd(12, '0'));
          expect(parseAmount(sign + whole + (fraction === null ? '' : `.${fraction}`))).toBe(
            sign === '' ? value : -value,
          );
        },
      ),
    );
    for (const text of ['-', '.', '-.5', '1.', '1.2.3', '1-2', '1.1234567890123']) {
      expect(() => parseAmount(text)).toThrow(DecimalFormatError);
    }
  });

  it('gives back every value it printed', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 31n), max: 10n ** 31n }), (raw) => {
        expect(parseAmount(format(raw as Amount))).toBe(raw);
      }),
    );
  });
});

describe('decimal arithmetic (I-36)', () => {
  const size = fc.bigInt({ min: 0n, max: 10n ** 24n });

  it('rounds a notional by less than one unit, and up never understates', () => {
    fc.assert(
      fc.property(size, size, (price, quantity) => {
        const down = notional(price as Price, quantity as Quantity, 'down');
        const up = notional(price as Price, quantity as Quantity, 'up');
        expect(up - down <= 1n).toBe(true);
        expect(down * 10n ** 12n <= price * quantity && price * quantity <= up * 10n ** 12n).toBe(true);
      }),
    );
  });

  it('rounds to a step without passing the value', () => {
    fc.assert(
      fc.property(size, fc.bigInt({ min: 1n, max: 10n ** 15n }), (value, step) => {
        const down = roundTo(value as Price, step as Price, 'down');
        const up = roundTo(value as Price, step as Price, 'up');
        expect(down <= value && value <= up && up - down <= step && down % step === 0n && up % step === 0n).toBe(true);
      }),
    );
  });

  it('rounds negative amounts away from zero when asked for up', () => {
    expect(format(ratio<Amount>(parseAmount('-1'), parseAmount('3'), 'up'))).toBe('-0.333333333334');
    expect(format(ratio<Amount>(parseAmount('-1'), parseAmount('3'), 'down'))).toBe('-0.333333333333');
  });
});

describe('packed columns', () => {
  it('refuse a value finer than the column', () => {
    expect(() => toMantissa(parsePrice('0.15'), -1)).toThrow(DecimalFormatError);
    expect(() => fromMantissa<Price>(1n, -13)).toThrow(DecimalFormatError);
  });

  it('give back what they took', () => {
    expect(format(fromMantissa<Price>(toMantissa(parsePrice('61837.64'), -2), -2))).toBe('61837.64');
  });
});
