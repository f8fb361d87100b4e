import { fromMantissa, parsePrice, type Price } from '@argosy/domain';
import fc from 'fast-check';
import { COUNT_MAX, DecimalUnit, NOT_A_COUNT } from './decimal-unit.js';

const unit = (step: string) => new DecimalUnit<Price>(parsePrice(step));

describe('a decimal unit', () => {
  const readings: readonly [story: string, step: string, text: string, count: number][] = [
    ['a price with the zeros Binance appends', '0.01', '61837.63000000', 6_183_763],
    ['a whole number without a point', '0.01', '61837', 6_183_700],
    ['fewer places than the step has', '0.001', '2.5', 2_500],
    ['a step that is no power of ten', '0.05', '1.15', 23],
    ['a step of ten', '10', '120', 12],
    ['zero', '0.01', '0.00000000', 0],
    ['the last exact count', '1', '9007199254740991', COUNT_MAX],
    ['one beyond the last exact count', '1', '9007199254740992', NOT_A_COUNT],
    ['finer than the step', '0.01', '1.001', NOT_A_COUNT],
    ['between two steps', '0.05', '1.16', NOT_A_COUNT],
    ['a sign', '0.01', '-1.00', NOT_A_COUNT],
    ['a plus sign', '0.01', '+1.00', NOT_A_COUNT],
    ['an exponent', '0.01', '1e3', NOT_A_COUNT],
    ['nothing', '0.01', '', NOT_A_COUNT],
    ['only a point', '0.01', '.', NOT_A_COUNT],
    ['no whole part', '0.01', '.5', NOT_A_COUNT],
    ['no fraction after the point', '0.01', '5.', NOT_A_COUNT],
    ['two points', '0.01', '1.2.3', NOT_A_COUNT],
    ['full-width digits', '0.01', '１', NOT_A_COUNT],
    ['not a number', '0.01', 'NaN', NOT_A_COUNT],
    ['a thousand digits', '0.01', '1'.repeat(1000), NOT_A_COUNT],
  ];
  it.each(readings)('reads %s', (_story, step, text, count) => {
    expect(unit(step).toCount(text)).toBe(count);
  });

  it('refuses a step of zero', () => {
    expect(() => unit('0')).toThrow(RangeError);
  });

  it('I-36: agrees with the exact parser on every price it accepts', () => {
    const price = fc.record({ count: fc.integer({ min: 0, max: COUNT_MAX }), places: fc.integer({ min: 0, max: 8 }) });
    fc.assert(
      fc.property(price, ({ count, places }) => {
        const exact = fromMantissa<Price>(BigInt(count), -places);
        const digits = count.toString().padStart(places + 1, '0');
        const text = places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`;
        const counted = new DecimalUnit<Price>(fromMantissa<Price>(1n, -places));
        expect(counted.toCount(text)).toBe(count);
        expect(counted.toDecimal(count)).toBe(exact);
        expect(parsePrice(text)).toBe(exact);
      }),
    );
  });
});
