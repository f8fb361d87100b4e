import { fromHex } from './hex.js';
import { keccak256 } from './keccak.js';

/** One field of an EIP-712 struct, of the kinds this venue uses. */
export interface TypedField {
  readonly name: string;
  readonly type: 'string' | 'address' | 'bytes32' | 'uint256' | 'uint64';
}
export type TypedValues = Readonly<Record<string, string | number | bigint | Uint8Array>>;

const utf8 = new TextEncoder();

function integerWord(value: bigint): Uint8Array {
  return fromHex(`0x${value.toString(16).padStart(64, '0')}`, 32, 'an integer');
}

function word(field: TypedField, value: string | number | bigint | Uint8Array | undefined): Uint8Array {
  if (value === undefined) throw new RangeError(`typed data without '${field.name}'`);
  if (field.type === 'string') return keccak256(utf8.encode(String(value)));
  if (value instanceof Uint8Array) return value;
  if (field.type === 'bytes32') return fromHex(String(value), 32, field.name);
  if (field.type === 'address') return integerWord(BigInt(String(value)));
  return integerWord(BigInt(value));
}

/** EIP-712 `hashStruct` of a struct without nested structs. */
export function hashStruct(name: string, fields: readonly TypedField[], values: TypedValues): Uint8Array {
  const description = fields.map((field) => `${field.type} ${field.name}`).join(',');
  const words = [
    keccak256(utf8.encode(`${name}(${description})`)),
    ...fields.map((field) => word(field, values[field.name])),
  ];
  const joined = new Uint8Array(32 * words.length);
  words.forEach((each, index) => {
    joined.set(each, 32 * index);
  });
  return keccak256(joined);
}

const DOMAIN_FIELDS: readonly TypedField[] = [
  { name: 'name', type: 'string' },
  { name: 'version', type: 'string' },
  { name: 'chainId', type: 'uint256' },
  { name: 'verifyingContract', type: 'address' },
];

/** EIP-712 domain separator as both of the venue's signing schemes use it: version 1, no contract. */
export const domainSeparator = (name: string, chainId: number): Uint8Array =>
  hashStruct('EIP712Domain', DOMAIN_FIELDS, {
    name,
    version: '1',
    chainId,
    verifyingContract: '0x0000000000000000000000000000000000000000',
  });

/** The 32 bytes that are signed: keccak256(0x1901 ‖ domain ‖ struct). */
export function typedDataDigest(domain: Uint8Array, struct: Uint8Array): Uint8Array {
  const joined = new Uint8Array(66);
  joined[0] = 0x19;
  joined[1] = 0x01;
  joined.set(domain, 2);
  joined.set(struct, 34);
  return keccak256(joined);
}
