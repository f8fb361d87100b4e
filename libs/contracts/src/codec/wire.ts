import type { BinaryReader, BinaryWriter } from '@bufbuild/protobuf/wire';
import { type Codec, DecimalFormatError, Fault, IdFormatError } from '@argosy/domain';
import { PackedReader } from './packed-reader.js';
import { PackedWriter } from './packed-writer.js';

/** What the generated code offers for one message type. */
export interface WireType<W> {
  encode(message: W, writer?: BinaryWriter): unknown;
  decode(reader: BinaryReader): W;
}

/** No message of the fleet is larger; a larger one is a mistake or an attack. */
export const MESSAGE_BYTES_MAX = 1_048_576;

const reader = new PackedReader();
const writer = new PackedWriter();

export class ContractError extends Error {
  override readonly name = 'ContractError';
}

const asFault = (name: string, error: unknown): Fault => {
  const known = error instanceof ContractError || error instanceof DecimalFormatError || error instanceof IdFormatError;
  // The generated reader throws plain errors on truncated or malformed bytes; their text is about offsets, not content.
  return new Fault('MESSAGE_INVALID', `${name}: ${known ? error.message : 'not a readable message'}`, { cause: error });
};

/** A codec between a generated message and the fleet's own type. `toDomain` must refuse what it cannot understand. */
export function mappedCodec<T, W>(
  name: string,
  wire: WireType<W>,
  toWire: (value: T) => W,
  toDomain: (message: W) => T,
): Codec<T> {
  return writtenCodec(name, wire, (value, out) => wire.encode(toWire(value), out.generated), toDomain);
}

/** The same for messages that are written so often that even making the generated message first is too much. */
export function writtenCodec<T, W>(
  name: string,
  wire: WireType<W>,
  write: (value: T, out: PackedWriter) => unknown,
  toDomain: (message: W) => T,
): Codec<T> {
  return {
    name,
    encode: (value) => {
      try {
        writer.begin();
        write(value, writer);
        return writer.finish();
      } catch (error) {
        // The writer refuses integers past 64 bits: better no message than a wrapped number.
        throw new Fault('MESSAGE_INVALID', `${name}: a value does not fit its field`, { cause: error });
      }
    },
    decode: (bytes) => {
      if (bytes.length > MESSAGE_BYTES_MAX) {
        throw new Fault(
          'MESSAGE_INVALID',
          `${name}: ${String(bytes.length)} bytes, at most ${String(MESSAGE_BYTES_MAX)}`,
        );
      }
      try {
        return toDomain(wire.decode(reader.over(bytes)));
      } catch (error) {
        throw asFault(name, error);
      }
    },
  };
}

/** A message while it is being read. */
export type Writable<T> = { -readonly [Name in keyof T]: T[Name] };

const same = <W>(message: W): W => message;

/** For messages that only people read (queries, reports): the generated type is the type. */
export const plainCodec = <W>(name: string, wire: WireType<W>): Codec<W> => mappedCodec(name, wire, same<W>, same<W>);

/** Turns a wire enum number into our word; unspecified and unknown numbers are refused, never defaulted. */
export function enumTable<Word extends string>(
  field: string,
  table: Readonly<Record<Word, number>>,
): {
  readonly toWire: (word: Word) => number;
  readonly toWord: (value: number) => Word;
} {
  const words: Word[] = [];
  for (const word in table) words[table[word]] = word;
  return {
    toWire: (word) => table[word],
    toWord: (value) => {
      const word = words[value];
      if (word === undefined) throw new ContractError(`unknown ${field} ${String(value)}`);
      return word;
    },
  };
}

/** A text field that must be one of a closed list. */
export function oneOf<Word extends string>(field: string, words: readonly Word[], text: string): Word {
  const word = words.find((candidate) => candidate === text);
  if (word === undefined) throw new ContractError(`unknown ${field} '${text.slice(0, 40)}'`);
  return word;
}

/** Proto3 has no absence for text: empty means absent, and only where the contract says so. */
export const optionalText = <T>(text: string, parse: (text: string) => T): T | undefined =>
  text === '' ? undefined : parse(text);

export function present<T>(field: string, value: T | undefined): T {
  if (value === undefined) throw new ContractError(`${field} is missing`);
  return value;
}
