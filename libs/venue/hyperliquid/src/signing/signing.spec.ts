import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { decode } from '@msgpack/msgpack';
import { recordings } from '@argosy/testing';
import fc from 'fast-check';
import { ActionSigner } from './action-signer.js';
import { ByteWriter } from './byte-writer.js';
import { toHex } from './hex.js';
import { type PackValue, writeValue } from './message-pack.js';
import { nativeSigningAvailable, SigningKey } from './signing-key.js';
import { domainSeparator, hashStruct, type TypedField, typedDataDigest } from './typed-data.js';

/** The public SDKs' test key: never a real one. */
const TEST_KEY = '0x0123456789012345678901234567890123456789012345678901234567890123';
const TEST_ADDRESS = '0x14791697260e4c9a71f18484c9f997b308e59325';

interface Signature {
  readonly r: string;
  readonly s: string;
  readonly v: number;
}
interface PythonVector {
  readonly name: string;
  readonly kind: string;
  readonly action: PackValue;
  readonly nonce: number;
  readonly vaultAddress: string | null;
  readonly connectionId_recomputed: string;
  readonly msgpackHex_recomputed: string;
  readonly signatures: Partial<Record<'mainnet' | 'testnet', Signature>>;
  readonly privateKey: string;
  readonly chainId: number;
  readonly primaryType: string;
  readonly types: readonly TypedField[];
  readonly message: Record<string, string | number>;
  readonly signature: Signature;
}
interface ExpiryVector {
  readonly action: PackValue;
  readonly nonce: number;
  readonly vaultAddress: string | null;
  readonly expiresAfter: number | null;
  readonly isMainnet: boolean;
  readonly actionHash: string;
  readonly signature: Signature;
}

/** Published vectors print r and s without leading zeros. */
const padded = ({ r, s, v }: Signature) => ({
  r: `0x${r.slice(2).padStart(64, '0')}`,
  s: `0x${s.slice(2).padStart(64, '0')}`,
  v,
});
const folder = recordings();
const vectorsOf = <T>(file: string): readonly T[] =>
  folder === undefined
    ? []
    : (JSON.parse(readFileSync(join(folder, 'hyperliquid', file), 'utf8')) as { vectors: T[] }).vectors;
const packed = (value: PackValue): Uint8Array => {
  const out = new ByteWriter();
  writeValue(out, value);
  return out.written();
};

describe('signing', () => {
  it('is done by the native binding', () => {
    expect(nativeSigningAvailable()).toBe(true);
  });

  if (folder === undefined) {
    it('not run: no recordings (signing vectors)', () => {
      expect(folder).toBeUndefined();
    });
  }

  const python = vectorsOf<PythonVector>('python_sdk_vectors.json');
  for (const vector of python.filter(({ kind }) => kind === 'l1Action')) {
    it(`EX-1 signs as the official SDK does: ${vector.name}`, () => {
      expect(toHex(packed(vector.action))).toBe(vector.msgpackHex_recomputed);
      for (const network of ['mainnet', 'testnet'] as const) {
        const signer = new ActionSigner(new SigningKey(vector.privateKey), network, vector.vaultAddress ?? undefined);
        const parts = { action: vector.action, nonce: BigInt(vector.nonce) };
        expect(toHex(signer.connectionId(parts))).toBe(vector.connectionId_recomputed);
        const expected = vector.signatures[network];
        if (expected !== undefined) expect(signer.sign(parts)).toEqual(padded(expected));
      }
    });
  }

  for (const vector of python.filter(({ kind }) => kind === 'userSigned')) {
    it(`hashes typed data as EIP-712 says: ${vector.name}`, () => {
      const struct = hashStruct(vector.primaryType, vector.types, vector.message);
      const digest = typedDataDigest(domainSeparator('HyperliquidSignTransaction', vector.chainId), struct);
      const { signature, recid } = new SigningKey(vector.privateKey).sign(digest);
      expect({ r: toHex(signature, 0, 32), s: toHex(signature, 32), v: 27 + recid }).toEqual(padded(vector.signature));
    });
  }

  vectorsOf<ExpiryVector>('expires_after_vectors.json').forEach((vector, index) => {
    it(`I-05 signs an expiry into vector ${String(index)}`, () => {
      const network = vector.isMainnet ? 'mainnet' : 'testnet';
      const signer = new ActionSigner(new SigningKey(TEST_KEY), network, vector.vaultAddress ?? undefined);
      const expiresAfterMs = vector.expiresAfter === null ? undefined : BigInt(vector.expiresAfter);
      const parts = { action: vector.action, nonce: BigInt(vector.nonce), expiresAfterMs };
      expect(toHex(signer.connectionId(parts))).toBe(vector.actionHash);
      expect(signer.sign(parts)).toEqual(padded(vector.signature));
    });
  });

  it('packs what a standard decoder reads back', () => {
    const leaf = fc.oneof(
      fc.string({ unit: 'binary-ascii', maxLength: 300 }),
      fc.maxSafeInteger(),
      fc.boolean(),
      fc.constant(null),
    );
    const key = fc.string({ unit: 'grapheme-ascii', maxLength: 40 }).filter((name) => name !== '__proto__');
    const value = fc.letrec((tie) => ({
      node: fc.oneof(
        { maxDepth: 3 },
        leaf,
        fc.array(tie('node'), { maxLength: 20 }),
        fc.dictionary(key, tie('node'), { maxKeys: 20 }),
      ),
    })).node as fc.Arbitrary<PackValue>;
    fc.assert(
      fc.property(value, (each) => {
        expect(decode(packed(each))).toEqual(JSON.parse(JSON.stringify(each)));
      }),
      { numRuns: 60 },
    );
  });

  it.each([0.5, Number.NaN, 2 ** 53])('refuses to sign the number %d', (value) => {
    expect(() => packed({ p: value })).toThrow(RangeError);
  });
});

describe('the signing key', () => {
  const key = new SigningKey(TEST_KEY);
  const canary = TEST_KEY.slice(2, 34);

  it('knows its address', () => {
    expect(key.address).toBe(TEST_ADDRESS);
  });

  it('I-51 shows itself nowhere', () => {
    const shown = [
      String(key),
      JSON.stringify({ key }),
      inspect(key, { depth: 9, showHidden: true }),
      inspect({ nested: { key } }, { depth: 9 }),
    ];
    const signer = new ActionSigner(key, 'testnet');
    shown.push(inspect(signer, { depth: 9, showHidden: true }), JSON.stringify(signer), Object.values(key).join());
    for (const text of shown) expect(text.includes(canary)).toBe(false);
    expect(String(key)).toBe('[signing key]');
  });

  it.each(['', '0x', TEST_KEY.slice(0, -1), `${TEST_KEY}0`, TEST_KEY.replace('1', 'g'), `0x${'0'.repeat(64)}`])(
    'I-51 refuses a bad key without repeating it (%#)',
    (text) => {
      const attempt = () => new SigningKey(text);
      expect(attempt).toThrow(RangeError);
      try {
        attempt();
      } catch (error) {
        expect(inspect(error).includes(canary)).toBe(false);
      }
    },
  );
});
