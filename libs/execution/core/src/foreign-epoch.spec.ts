import { type ClientOrderId, makeClientOrderId } from '@argosy/domain';
import fc from 'fast-check';
import { type OrderOrigin, originOf, stopsTrading } from './foreign-epoch.js';

const OURS = { fleet: 7, account: 3, epoch: 12, lastSequence: 500n };
const id = (
  changes: Partial<{ fleet: number; account: number; epoch: number; sequence: bigint }> = {},
): ClientOrderId => makeClientOrderId({ fleet: 7, account: 3, epoch: 12, sequence: 500n, ...changes });

describe('whose order it is (I-02)', () => {
  const stories: ReadonlyArray<[string, ClientOrderId | undefined, OrderOrigin]> = [
    ['the last one we minted', id(), 'ours'],
    ['of an earlier leader of ours, however far its count went', id({ epoch: 11, sequence: 9_999n }), 'ours'],
    ['of a leader after us', id({ epoch: 13, sequence: 1n }), 'foreign_epoch'],
    ['of our epoch, but not minted yet: two hold it', id({ sequence: 501n }), 'foreign_epoch'],
    ['of another fleet on our account', id({ fleet: 8, epoch: 1, sequence: 1n }), 'foreign_fleet'],
    ['of our fleet under another account number', id({ account: 4 }), 'foreign_fleet'],
    ['by hand, without an id', undefined, 'external'],
    ['by a stranger’s program, with random digits', '8f3ac1905be24d77a1c0ffee12345678' as ClientOrderId, 'external'],
    ['with digits of zero', '0'.repeat(32) as ClientOrderId, 'external'],
    ['with a text for digits', 'deadbeefdeadbeefdeadbeefdeadbeef' as ClientOrderId, 'external'],
  ];
  it.each(stories)('an order %s', (_story, orderId, expected) => {
    expect(originOf(orderId, OURS)).toBe(expected);
  });

  it('stops trading for another leader or fleet, and not for a person', () => {
    const origins: readonly OrderOrigin[] = ['ours', 'foreign_epoch', 'foreign_fleet', 'external'];
    expect(origins.filter(stopsTrading)).toEqual(['foreign_epoch', 'foreign_fleet']);
  });

  it('everything we ever minted is ours, in every later epoch', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2 ** 20 }),
        fc.bigInt(1n, 2n ** 39n),
        fc.nat(1_000),
        (epoch, sequence, later) => {
          const ours = { ...OURS, epoch: epoch + later, lastSequence: later === 0 ? sequence : 0n };
          expect(originOf(id({ epoch, sequence }), ours)).toBe('ours');
        },
      ),
    );
  });

  it('random ids of strangers never stop trading', () => {
    const hex = fc.array(fc.integer({ min: 0, max: 15 }), { minLength: 32, maxLength: 32 });
    fc.assert(
      fc.property(hex, (digits) => {
        const random = digits.map((digit) => digit.toString(16)).join('') as ClientOrderId;
        expect(originOf(random, OURS)).toBe('external');
      }),
      { seed: 1, numRuns: 2_000, endOnFailure: true, unbiased: true },
    );
  });
});
