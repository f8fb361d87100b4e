import { parseAmount } from '@argosy/domain';
import fc from 'fast-check';
import { GENESIS, truncation, verifyChain } from './chain.js';
import { encodeEntry } from './entry-encoding.js';
import type { Entry } from './entry.js';
import { NOTHING_BOOKED, prepareBooking } from './prepare-booking.js';
import { DAY_ONE, emptyState, fillFact, TestDigest } from './testing/facts.js';

const digest = new TestDigest();
const facts = Array.from({ length: 12 }, (_, i) =>
  fillFact({
    id: `f${String(i)}`,
    side: i % 3 === 0 ? 'sell' : 'buy',
    price: String(100 + i),
    quantity: String(1 + (i % 4)),
    fee: '0.01',
  }),
);
const { entries, head } = prepareBooking(digest, emptyState(), facts, NOTHING_BOOKED, DAY_ONE);
const at = (index: number): Entry => entries[index] as Entry;
const replaced = (index: number, change: Partial<Entry>): Entry[] =>
  entries.map((entry, i) => (i === index ? { ...entry, ...change } : entry));

describe('the hash chain (I-47)', () => {
  it('verifies as sealed and ends at the recorded head', () => {
    const verdict = verifyChain(digest, GENESIS, entries);
    expect(verdict).toEqual({ ok: true, head });
    expect(truncation(head, head)).toBeUndefined();
  });

  const posting = at(5).postings[0] as Entry['postings'][number];
  it.each<[string, readonly Entry[], bigint, string]>([
    [
      'a changed amount',
      replaced(5, { postings: [{ ...posting, amount: parseAmount('9') }, ...at(5).postings.slice(1)] }),
      6n,
      'changed',
    ],
    ['a changed detail', replaced(5, { details: { ...at(5).details, price: '1' } }), 6n, 'changed'],
    ['a changed epoch', replaced(5, { epoch: 2 }), 6n, 'changed'],
    ['a changed hash', replaced(5, { hash: at(4).hash }), 6n, 'changed'],
    ['a deleted entry', entries.filter((_, i) => i !== 5), 6n, 'missing'],
    [
      'an inserted entry',
      [...entries.slice(0, 6), { ...at(5), externalId: 'fill:new' }, ...entries.slice(6)],
      6n,
      'out_of_order',
    ],
    [
      'a deleted entry with the rest renumbered',
      entries.filter((_, i) => i !== 5).map((e, i) => ({ ...e, sequence: BigInt(i + 1) })),
      6n,
      'not_linked',
    ],
    ['two entries swapped', [...entries.slice(0, 5), at(6), at(5), ...entries.slice(7)], 6n, 'missing'],
    ['a deleted first entry', entries.slice(1), 1n, 'missing'],
  ])('finds %s and names the first bad entry', (_story, tampered, sequence, reason) => {
    const verdict = verifyChain(digest, GENESIS, tampered);
    expect(verdict.ok ? 'whole' : [verdict.broken.sequence, verdict.broken.reason]).toEqual([sequence, reason]);
  });

  it('a cut tail is found against the recorded head', () => {
    const verdict = verifyChain(digest, GENESIS, entries.slice(0, 10));
    expect(verdict.ok && truncation(head, verdict.head)).toMatchObject({ sequence: 11n, reason: 'truncated' });
  });

  it('is verified in pages alike', () => {
    const first = verifyChain(digest, GENESIS, entries.slice(0, 7));
    expect(first.ok && verifyChain(digest, first.head, entries.slice(7))).toEqual({ ok: true, head });
  });
});

describe('the canonical encoding, version 1', () => {
  it('is fixed: these are the bytes of a known entry', () => {
    const { previousHash: _previous, hash: _hash, ...entry } = at(0);
    const text = new TextDecoder().decode(encodeEntry({ ...entry, details: { b: 'é', a: '1,2:3' } }));
    expect(
      text.startsWith('21:argosy-ledger-entry/1,4:main,1:1,11:hyperliquid,4:fill,7:fill:f0,19:1772323200000000000,'),
    ).toBe(true);
    expect(text).toContain('1:2,1:a,5:1,2:3,1:b,2:é,');
  });

  it('no two different sets of details share their bytes', () => {
    const { previousHash: _previous, hash: _hash, ...entry } = at(0);
    const details = fc.dictionary(fc.string({ maxLength: 6 }), fc.string({ maxLength: 6 }), { maxKeys: 4 });
    fc.assert(
      fc.property(details, details, (a, b) => {
        const same = JSON.stringify(Object.entries(a).sort()) === JSON.stringify(Object.entries(b).sort());
        const bytes = (d: Record<string, string>) => Buffer.from(encodeEntry({ ...entry, details: d })).toString('hex');
        expect(bytes(a) === bytes(b)).toBe(same);
      }),
    );
  });
});
