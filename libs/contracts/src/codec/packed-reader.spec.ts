import { BinaryReader, BinaryWriter } from '@bufbuild/protobuf/wire';
import fc from 'fast-check';
import { PackedReader } from './packed-reader.js';

/** How one value is written by the library and read by either reader. */
interface Kind<T> {
  readonly values: fc.Arbitrary<T>;
  readonly write: (writer: BinaryWriter, value: T) => unknown;
  readonly read: (reader: BinaryReader) => unknown;
}
const kind = <T>(
  values: fc.Arbitrary<T>,
  write: (writer: BinaryWriter, value: T) => unknown,
  read: (reader: BinaryReader) => unknown,
): Kind<unknown> => ({ values, write: write as Kind<unknown>['write'], read });

const texts = fc.oneof(
  fc.string({ maxLength: 60 }),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.constantFrom('main', 'hyperliquid_BTC-PERP', 'é', '\ufeffmark', 'a'.repeat(40), 'a'.repeat(41)),
);
const KINDS: readonly Kind<unknown>[] = [
  kind(
    fc.nat(0xffffffff),
    (w, value) => w.uint32(value),
    (r) => r.uint32(),
  ),
  kind(
    fc.integer(),
    (w, value) => w.int32(value),
    (r) => r.int32(),
  ),
  kind(
    fc.integer(),
    (w, value) => w.sint32(value),
    (r) => r.sint32(),
  ),
  kind(
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    (w, value) => w.int64(value),
    (r) => r.int64(),
  ),
  kind(
    fc.boolean(),
    (w, value) => w.bool(value),
    (r) => r.bool(),
  ),
  kind(
    fc.double(),
    (w, value) => w.double(value),
    (r) => r.double(),
  ),
  kind(
    texts,
    (w, value) => w.string(value),
    (r) => r.string(),
  ),
  kind(
    fc.uint8Array({ maxLength: 50 }),
    (w, value) => w.bytes(value),
    (r) => [...r.bytes()],
  ),
];

const valued = fc
  .nat(KINDS.length - 1)
  .chain((which) => (KINDS[which] as Kind<unknown>).values.map((value) => ({ which, value })));

/** What came out, or that it was refused: the wording is each reader's own. */
function readAll(reader: BinaryReader, kinds: readonly number[]): unknown[] {
  const found: unknown[] = [];
  try {
    for (const which of kinds) found.push(KINDS[which]?.read(reader));
  } catch {
    found.push('refused');
  }
  return found;
}

describe('the packed reader', () => {
  const packed = new PackedReader();

  it('reads what the library writes as the library reads it, the same texts again and again too', () => {
    fc.assert(
      fc.property(fc.array(valued, { maxLength: 20 }), (list) => {
        const writer = new BinaryWriter();
        for (const { which, value } of list) KINDS[which]?.write(writer, value);
        const bytes = writer.finish();
        const kinds = list.map(({ which }) => which);
        const expected = readAll(new BinaryReader(bytes), kinds);
        expect(readAll(packed.over(bytes), kinds)).toEqual(expected);
        expect(readAll(packed.over(bytes), kinds)).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });

  it('refuses any bytes that the library refuses, and understands the others alike', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 40 }),
        fc.array(fc.nat(KINDS.length - 1), { maxLength: 8 }),
        (bytes, kinds) => {
          expect(readAll(packed.over(bytes), kinds)).toEqual(readAll(new BinaryReader(bytes), kinds));
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('never takes one text for another, however alike', () => {
    const alike = Array.from({ length: 20_000 }, (_, index) => `main-BTC-${String(index)}-1`);
    for (const text of [...alike, ...alike.toReversed()]) {
      expect(packed.over(new BinaryWriter().string(text).finish()).string()).toBe(text);
    }
  });
});
