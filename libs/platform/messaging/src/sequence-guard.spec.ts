import { InvariantViolation } from '@argosy/domain';
import fc from 'fast-check';
import { SequenceGuard } from './sequence-guard.js';

describe('SequenceGuard', () => {
  it.each([
    ['the first of all', [1n], ['in_order']],
    ['a start in the middle', [3n], ['gap 1-2']],
    ['one lost', [1n, 3n], ['in_order', 'gap 2-2']],
    ['one lost, refilled, offered again', [1n, 3n, 2n, 3n], ['in_order', 'gap 2-2', 'in_order', 'in_order']],
    ['many lost', [1n, 9n], ['in_order', 'gap 2-8']],
    ['a repeat', [1n, 2n, 1n, 2n], ['in_order', 'in_order', 'duplicate', 'duplicate']],
    ['zero, which no producer sends', [0n], ['duplicate']],
  ])('judges %s (I-42)', (_story, offered, expected) => {
    const guard = new SequenceGuard(1);
    const judged = offered.map((sequence) => guard.offer('account', sequence));
    expect(
      judged.map((place) => (place.kind === 'gap' ? `gap ${String(place.from)}-${String(place.to)}` : place.kind)),
    ).toEqual(expected);
  });

  it('goes on where the store says, each key for itself', () => {
    const guard = new SequenceGuard(2);
    guard.resume('a', 41n);
    expect([guard.offer('a', 42n).kind, guard.offer('b', 1n).kind, guard.last('a'), guard.last('b')]).toEqual([
      'in_order',
      'in_order',
      42n,
      1n,
    ]);
  });

  it('refuses more keys than there can be', () => {
    const guard = new SequenceGuard(1);
    guard.offer('a', 1n);
    expect(() => guard.offer('b', 1n)).toThrow(InvariantViolation);
  });

  it('takes every message exactly once whatever is lost, repeated and reordered, when gaps are refilled (I-31, I-43)', () => {
    const arrivals = fc.array(fc.bigInt({ min: 1n, max: 30n }), { maxLength: 60 });
    fc.assert(
      fc.property(arrivals, (offered) => {
        const guard = new SequenceGuard(1);
        const taken: bigint[] = [];
        const take = (sequence: bigint): void => {
          const place = guard.offer('k', sequence);
          if (place.kind === 'in_order') taken.push(sequence);
          if (place.kind !== 'gap') return;
          for (let missing = place.from; missing <= place.to; missing += 1n) take(missing);
          take(sequence);
        };
        for (const sequence of offered) take(sequence);
        const highest = offered.reduce((a, b) => (a > b ? a : b), 0n);
        expect(taken).toEqual(Array.from({ length: Number(highest) }, (_, i) => BigInt(i + 1)));
      }),
    );
  });
});
