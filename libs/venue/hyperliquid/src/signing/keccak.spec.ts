import { keccak_256 } from '@noble/hashes/sha3.js';
import fc from 'fast-check';
import { toHex } from './hex.js';
import { keccak256 } from './keccak.js';

describe('keccak-256', () => {
  it('of nothing is the published hash', () => {
    expect(toHex(keccak256(new Uint8Array(0)))).toBe(
      '0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470',
    );
  });

  it('agrees with an independent implementation at and around every block border', () => {
    for (let length = 0; length <= 300; length += 1) {
      const message = Uint8Array.from({ length }, (_, i) => (i * 7 + length) & 0xff);
      expect(toHex(keccak256(message))).toBe(toHex(keccak_256(message)));
    }
  });

  it('agrees on any bytes', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 600 }),
        (message) => toHex(keccak256(message)) === toHex(keccak_256(message)),
      ),
    );
  });
});
