import { secp256k1 } from '@noble/curves/secp256k1.js';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { bytesToHex, concatBytes, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js';

interface Field {
  readonly name: string;
  readonly type: string;
}
type Types = Readonly<Record<string, readonly Field[]>>;
type Values = Readonly<Record<string, unknown>>;

export interface TypedData {
  readonly domain: Values;
  readonly types: Types;
  readonly primaryType: string;
  readonly message: Values;
}

const DOMAIN_FIELDS: readonly Field[] = [
  { name: 'name', type: 'string' },
  { name: 'version', type: 'string' },
  { name: 'chainId', type: 'uint256' },
  { name: 'verifyingContract', type: 'address' },
];

function encodeValue(type: string, value: unknown): Uint8Array {
  if (type === 'string') return keccak_256(utf8ToBytes(value as string));
  if (type === 'bytes32') return hexToBytes((value as string).slice(2));
  return hexToBytes(
    BigInt(value as string | number | bigint)
      .toString(16)
      .padStart(64, '0'),
  );
}

function hashStruct(name: string, fields: readonly Field[], values: Values): Uint8Array {
  const type = `${name}(${fields.map((field) => `${field.type} ${field.name}`).join(',')})`;
  return keccak_256(
    concatBytes(keccak_256(utf8ToBytes(type)), ...fields.map((field) => encodeValue(field.type, values[field.name]))),
  );
}

/** A wallet as SDKs take them (the shape of viem's local account): flat EIP-712 structures, one key. */
export class TestWallet {
  readonly address: `0x${string}`;

  constructor(private readonly privateKey: string) {
    const point = secp256k1.getPublicKey(hexToBytes(privateKey.slice(2)), false);
    this.address = `0x${bytesToHex(keccak_256(point.subarray(1)).subarray(12))}`;
  }

  async signTypedData({ domain, types, primaryType, message }: TypedData): Promise<`0x${string}`> {
    const digest = keccak_256(
      concatBytes(
        Uint8Array.of(0x19, 0x01),
        hashStruct('EIP712Domain', DOMAIN_FIELDS, domain),
        hashStruct(primaryType, types[primaryType] ?? [], message),
      ),
    );
    const signature = secp256k1.sign(digest, hexToBytes(this.privateKey.slice(2)), {
      prehash: false,
      format: 'recovered',
    });
    const [recovery = 0] = signature;
    return `0x${bytesToHex(signature.subarray(1))}${(27 + recovery).toString(16)}`;
  }
}
