import { clientOrderIdParts } from '@argosy/domain';
import fc from 'fast-check';
import { ClientOrderIds, Nonces } from './sequences.js';

describe('ids and nonces (I-07)', () => {
  it('no id is minted twice, over epochs and restarts, and each says where it comes from', () => {
    const part = fc.record({
      account: fc.integer({ min: 0, max: 65_535 }),
      epoch: fc.integer({ min: 1, max: 2 ** 32 - 1 }),
    });
    fc.assert(
      fc.property(
        fc.uniqueArray(part, { selector: ({ account, epoch }) => `${account}/${epoch}`, maxLength: 5 }),
        (parts) => {
          const ids = parts.flatMap((origin) => {
            const minter = new ClientOrderIds({ fleet: 1, ...origin });
            return Array.from({ length: 20 }, () => minter.mint());
          });
          expect(new Set(ids).size).toBe(ids.length);
          parts.forEach((origin, index) => {
            expect(clientOrderIdParts(ids[index * 20]!)).toEqual({ fleet: 1, ...origin, sequence: 1n });
          });
        },
      ),
    );
  });

  it('nonces rise strictly whatever the clock does, from the highest stored one on, and stay near it', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 10n ** 13n }),
        fc.array(fc.integer({ min: 0, max: 10 ** 13 })),
        fc.nat(100),
        (last, clock, epoch) => {
          const nonces = new Nonces(last, epoch);
          let before = last;
          for (const nowMs of clock) {
            const nonce = nonces.mint(nowMs);
            expect(nonce > before).toBe(true);
            expect(nonce - BigInt(nowMs) < 16n || nonce - before <= 16n).toBe(true);
            before = nonce;
          }
        },
      ),
    );
  });

  it('no nonce of one epoch is one of its neighbours, however late a deposed leader still mints (I-07)', () => {
    const minted = Array.from({ length: 16 }, (_, index) => {
      const nonces = new Nonces(1_000n, 40 + index);
      return Array.from({ length: 50 }, () => nonces.mint(1_001));
    }).flat();
    expect(new Set(minted).size).toBe(minted.length);
  });
});
