import fc from 'fast-check';
import { accountId, clientOrderId, clientOrderIdParts, IdFormatError, makeClientOrderId } from './id.js';

const parts = fc.record({
  fleet: fc.integer({ min: 0, max: 0xffff }),
  account: fc.integer({ min: 0, max: 0xffff }),
  epoch: fc.integer({ min: 1, max: 0xffffffff }),
  sequence: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
});

describe('client order ids (I-07)', () => {
  it('say where they come from, and two different origins never share one', () => {
    fc.assert(
      fc.property(parts, (origin) => {
        expect(clientOrderIdParts(clientOrderId(makeClientOrderId(origin)))).toEqual(origin);
      }),
    );
  });

  it('refuse a part that does not fit', () => {
    expect(() => makeClientOrderId({ fleet: 0x10000, account: 0, epoch: 1, sequence: 0n })).toThrow(IdFormatError);
    expect(() => makeClientOrderId({ fleet: 0, account: -1, epoch: 1, sequence: 0n })).toThrow(IdFormatError);
  });

  it.each(['', 'a.b', 'a b', '*', '>', 'x'.repeat(65), 'ünï', '__proto__\n'])('%j is no account id', (text) => {
    expect(() => accountId(text)).toThrow(IdFormatError);
  });
});
