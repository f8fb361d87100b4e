import { BinaryWriter } from '@bufbuild/protobuf/wire';
import fc from 'fast-check';
import { PackedWriter } from './packed-writer.js';

type Step = (writer: BinaryWriter) => BinaryWriter;

const steps: fc.Arbitrary<Step> = fc.oneof(
  fc.integer({ min: 0, max: 0xffffffff }).map(
    (value): Step =>
      (writer) =>
        writer.uint32(value),
  ),
  fc.integer({ min: -0x80000000, max: 0x7fffffff }).map(
    (value): Step =>
      (writer) =>
        writer.int32(value),
  ),
  fc.integer({ min: -0x80000000, max: 0x7fffffff }).map(
    (value): Step =>
      (writer) =>
        writer.sint32(value),
  ),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(
    (value): Step =>
      (writer) =>
        writer.int64(value),
  ),
  fc.boolean().map(
    (value): Step =>
      (writer) =>
        writer.bool(value),
  ),
  fc.double().map(
    (value): Step =>
      (writer) =>
        writer.double(value),
  ),
  fc.uint8Array({ maxLength: 300 }).map(
    (value): Step =>
      (writer) =>
        writer.bytes(value),
  ),
  fc.string({ unit: 'grapheme', maxLength: 120 }).map(
    (value): Step =>
      (writer) =>
        writer.string(value),
  ),
  fc.string({ maxLength: 200 }).map(
    (value): Step =>
      (writer) =>
        writer.string(value),
  ),
);

describe('the packed writer', () => {
  const packed = new PackedWriter();
  const write = (writer: BinaryWriter, list: readonly Step[]): BinaryWriter =>
    list.reduce((on, step) => step(on), writer);

  it('writes what the library’s own writer writes, nested parts of any length too', () => {
    fc.assert(
      fc.property(fc.array(steps, { maxLength: 12 }), fc.array(steps, { maxLength: 40 }), (outer, inner) => {
        const all = (writer: BinaryWriter): BinaryWriter => {
          write(writer, outer).uint32(10).fork();
          write(writer, inner).uint32(18).fork();
          write(writer, inner).join();
          return write(writer.join(), outer);
        };
        const expected = all(new BinaryWriter()).finish();
        all(packed.begin());
        expect(Buffer.from(packed.finish()).toString('hex')).toBe(Buffer.from(expected).toString('hex'));
      }),
      { numRuns: 300 },
    );
  });

  it('begins anew after an encoding that threw', () => {
    expect(() => packed.begin().fork().uint32(-1)).toThrow(RangeError);
    packed.begin().bool(true);
    expect([...packed.finish()]).toEqual([1]);
  });

  it('leaves messages alone that it gave away, whatever is written after them', () => {
    const texts = Array.from({ length: 3_000 }, (_, index) => String(index).repeat(1 + (index % 40)));
    const messages = texts.map((text) => {
      packed.begin().uint32(10).fork().string(text).join();
      return packed.finish();
    });
    const expected = texts.map((text) => new BinaryWriter().uint32(10).fork().string(text).join().finish());
    expect(messages.map((bytes) => Buffer.from(bytes).toString('hex'))).toEqual(
      expected.map((bytes) => Buffer.from(bytes).toString('hex')),
    );
  });

  it('keeps a long part whole wherever in it the slab ends: found by the simulation, seed 15', () => {
    const part = 'x'.repeat(90);
    const write = (writer: BinaryWriter): BinaryWriter =>
      writer.uint32(10).fork().uint32(10).string(part).uint32(18).string(part).join();
    const expected = Buffer.from(write(new BinaryWriter()).finish()).toString('hex');
    for (let before = 16_000; before < 16_384; before += 1) {
      const fresh = new PackedWriter();
      fresh.begin().bytes(new Uint8Array(before - 3));
      fresh.finish();
      write(fresh.begin());
      expect([before, Buffer.from(fresh.finish()).toString('hex')]).toEqual([before, expected]);
    }
  });

  it('refuses numbers that are not of their kind', () => {
    for (const value of [-1, 1.5, Number.NaN, 2 ** 32]) expect(() => packed.begin().uint32(value)).toThrow(RangeError);
    for (const value of [2 ** 31, -(2 ** 31) - 1, 0.5]) expect(() => packed.begin().int32(value)).toThrow(RangeError);
  });
});
